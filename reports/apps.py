from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        from practices import signals
        from reports import jobs, panels, receivers  # noqa: F401  registers the work of this app's jobs

        signals.start_panels.add(panels.start_panels)
        signals.illustrative_cleared.connect(receivers.remove_illustrative, dispatch_uid="reports.remove_illustrative")
