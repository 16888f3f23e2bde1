from django.db import migrations, models

KINDS = [("region", "Region"), ("stp", "STP or ICB"), ("ccg", "CCG or sub-location"), ("borough", "Borough")]
OLD = "london"


def name_the_region(apps, schema_editor):
    """Reports of London are those of the home region, under its code. Their documents stay as they were made."""
    home = apps.get_model("practices", "Organisation").objects.filter(is_home=True).first()
    if home is not None:
        apps.get_model("reports", "Report").objects.filter(area_kind=OLD).update(
            area_kind="region", area_code=home.code
        )


def name_london(apps, schema_editor):
    apps.get_model("reports", "Report").objects.filter(area_kind="region").update(area_kind=OLD, area_code=OLD)


class Migration(migrations.Migration):
    dependencies = [("practices", "0004_home_region"), ("reports", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="report", name="area_kind", field=models.CharField(choices=KINDS, max_length=8)
        ),
        migrations.RunPython(name_the_region, name_london),
    ]
