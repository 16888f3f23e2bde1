from django.db import migrations, models

import core.fields

KINDS = [("region", "Region"), ("stp", "STP or ICB"), ("ccg", "CCG or sub-location"), ("borough", "Borough")]
OLD = "london"


def name_the_region(apps, schema_editor):
    """What was summed as London belongs to the home region, under its code; also in the previews of imports."""
    home = apps.get_model("practices", "Organisation").objects.filter(is_home=True).first()
    if home is None:
        return
    apps.get_model("targets", "AreaScore").objects.filter(area_kind=OLD).update(
        area_kind="region", area_code=home.code
    )
    imports = apps.get_model("practices", "Import").objects
    for brought_by in imports.only("pk", "preview").iterator(chunk_size=100):
        areas = ((brought_by.preview or {}).get("effects") or {}).get("areas", [])
        old = [area for area in areas if area["kind"] == OLD]
        for area in old:
            area |= {"kind": "region", "code": home.code}
        if old:
            imports.filter(pk=brought_by.pk).update(preview=brought_by.preview)


def name_london(apps, schema_editor):
    apps.get_model("targets", "AreaScore").objects.filter(area_kind="region").update(area_kind=OLD, area_code=OLD)


def note_months(apps, schema_editor):
    """From month to month by the index: there may be millions of scores."""
    scores, noted = apps.get_model("targets", "Score").objects, apps.get_model("targets", "ScoredMonth").objects
    first = scores.order_by("month").values_list("month", "rule_id").first()
    while first:
        month, rule = first
        of_month = scores.filter(month=month)
        reported = of_month.filter(rule__target__in=("registration", "dcr"), state__in=("met", "not_met"))
        practices = of_month.filter(rule_id=rule).count()
        noted.create(month=month, practices=practices, published=reported.exists())
        first = scores.filter(month__gt=month).order_by("month").values_list("month", "rule_id").first()


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0004_home_region"),
        ("targets", "0002_scores_are_copied_fast"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoredMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", core.fields.MonthField(unique=True)),
                ("published", models.BooleanField(verbose_name="whether any practice has published figures")),
                ("practices", models.PositiveIntegerField(verbose_name="how many practices are counted")),
            ],
        ),
        migrations.AlterField(
            model_name="areascore",
            name="area_code",
            field=models.CharField(help_text="ODS code, or slug of the borough", max_length=60),
        ),
        migrations.AlterField(
            model_name="areascore", name="area_kind", field=models.CharField(choices=KINDS, max_length=8)
        ),
        migrations.RunPython(name_the_region, name_london),
        migrations.RunPython(note_months, migrations.RunPython.noop),
    ]
