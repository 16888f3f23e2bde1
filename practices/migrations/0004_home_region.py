from django.db import migrations, models


def mark_home(apps, schema_editor):
    """A portal that runs holds the region already; the reference data say which one is home."""
    from practices.reference.loading import read

    codes = [row["code"] for row in read("organisations") if row["is_home"] == "yes"]
    apps.get_model("practices", "Organisation").objects.filter(kind="region", code__in=codes).update(is_home=True)


class Migration(migrations.Migration):
    dependencies = [("practices", "0003_awaited_organisations")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="is_home",
            field=models.BooleanField(default=False, verbose_name="the region whose portal this is"),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_home", True)), fields=("is_home",), name="organisation_one_home"
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_home", False), ("kind", "region"), _connector="OR"),
                name="organisation_home_is_a_region",
            ),
        ),
        migrations.RunPython(mark_home, migrations.RunPython.noop),
    ]
