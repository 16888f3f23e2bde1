from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"
    verbose_name = "Visits"

    def ready(self) -> None:
        from practices import signals, touches
        from visits import hooks, receivers
        from visits.models import Action, CaseloadEntry, Visit

        for model in (Visit, Action, CaseloadEntry):
            touches.watch(model, "practice_id")

        signals.timeline.add(hooks.timeline)
        signals.practice_rows.add(hooks.practice_rows)
        signals.practice_care.add(hooks.practice_care)
        signals.visit_months.add(hooks.visit_months)
        signals.start_panels.add(hooks.start_panels)
        signals.practice_succeeded.connect(receivers.on_practice_succeeded, dispatch_uid="visits.succeeded")
        signals.practice_closed.connect(receivers.on_practice_closed, dispatch_uid="visits.closed")
        signals.illustrative_cleared.connect(receivers.on_illustrative_cleared, dispatch_uid="visits.cleared")
