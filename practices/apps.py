from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class PracticesConfig(AppConfig):
    name = "practices"
    verbose_name = "Practices"

    def ready(self) -> None:
        from accounts.scope import ccg_choices
        from practices import jobs, receivers, signals, touches  # noqa: F401  registers the work of this app's jobs
        from practices.models import Doubt, Organisation, OrganisationRelation
        from practices.presenters.timeline import register_timeline
        from practices.scope import grantable_ccgs

        touches.watch(Organisation, "id")
        touches.watch(OrganisationRelation, "child_id")
        touches.watch(OrganisationRelation, "parent_id")
        touches.watch(Doubt, "practice_id")
        pre_migrate.connect(touches.remove, sender=self, dispatch_uid="practices.touches.remove")
        post_migrate.connect(touches.install, sender=self, dispatch_uid="practices.touches")
        ccg_choices.add(grantable_ccgs)
        signals.timeline.add(register_timeline)
        signals.figures_changed.connect(
            receivers.doubt_what_the_file_leaves_out, dispatch_uid="practices.doubt_what_the_file_leaves_out"
        )
