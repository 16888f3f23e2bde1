from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = "Targets"

    def ready(self) -> None:
        from practices import signals
        from targets import receivers
        from targets.scoring.effects import preview_effects

        signals.figures_changed.connect(receivers.rescore, dispatch_uid="targets.rescore")
        signals.illustrative_cleared.connect(receivers.drop_scores, dispatch_uid="targets.drop_scores")
        signals.preview_effects.add(preview_effects)
