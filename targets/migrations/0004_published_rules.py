from django.db import migrations, models


def fill(apps, schema_editor):
    """What the model's save() works out, for the versions that are there."""
    rules = apps.get_model("targets", "TargetRule")
    returned = ("routine_slots", "bookings", "cancellations", "ecommunication")
    for rule in rules.objects.all():
        columns = [*rule.numerator, *rule.denominator]
        rule.published = not any(column.startswith(returned) for column in columns)
        rule.save(update_fields=["published"])


class Migration(migrations.Migration):
    dependencies = [("targets", "0003_regions_and_scored_months")]

    operations = [
        migrations.AddField("targetrule", "published", models.BooleanField(default=False, editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
