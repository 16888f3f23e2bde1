from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"
    verbose_name = "Practices"

    def ready(self) -> None:
        from accounts.scope import ccg_choices
        from practices import jobs, receivers, signals  # noqa: F401  registers the work of this app's jobs
        from practices.presenters.timeline import register_timeline
        from practices.scope import grantable_ccgs

        ccg_choices.add(grantable_ccgs)
        signals.timeline.add(register_timeline)
        signals.figures_changed.connect(
            receivers.doubt_what_the_file_leaves_out, dispatch_uid="practices.doubt_what_the_file_leaves_out"
        )
