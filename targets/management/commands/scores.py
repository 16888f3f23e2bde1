import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.months import month_key, month_label, parse_month
from core.wording import count, share
from targets.models import Programme, Score, Target
from targets.scoring.area_figures import AgainstRule, NoSuchArea, area_figures, find_area

HEADINGS = ("Target", "Share", "Numerator", "Denominator", "Met", "Not met", "No data", "N/A", "Reported", "To target")


class Command(BaseCommand):
    help = "Print how an area stood in a month against a programme's targets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--area",
            required=True,
            help="a region by name, a CCG, sub-location, STP or ICB by code, or a borough by slug or name",
        )
        parser.add_argument("--month", required=True, help="as 2018-12")
        parser.add_argument("--target", choices=Target.values, help="only this one")
        parser.add_argument("--programme", help="by slug; the default programme if not given")
        parser.add_argument("--json", action="store_true", help="as JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = parse_month(options["month"])
            area = find_area(options["area"], month)
        except (ValueError, NoSuchArea) as error:
            raise CommandError(str(error)) from error
        programme = find_programme(options["programme"])
        if not Score.objects.in_month(month).exists():
            raise CommandError(f"There are no scores for {month_label(month)}. Import that month's figures first.")
        targets = area_figures(area.kind, area.code, month, programme)
        if options["target"]:
            if options["target"] not in targets:
                raise CommandError(f"{programme} has no rule for {options['target']}.")
            targets = {options["target"]: targets[options["target"]]}
        if options["json"]:
            answer: dict[str, Any] = {"area": area.code, "month": month_key(month), "programme": programme.slug}
            answer |= {"targets": {target: figures.as_dict() for target, figures in targets.items()}}
            self.stdout.write(json.dumps(answer, indent=2))
        else:
            self.stdout.write(f"{area.name}, {month_label(month)}, {programme}")
            self.stdout.write(table(targets))


def find_programme(slug: str | None) -> Programme:
    programmes = Programme.objects.filter(slug=slug) if slug else Programme.objects.filter(is_default=True)
    found = programmes.first()
    if found is None:
        known = ", ".join(Programme.objects.values_list("slug", flat=True))
        raise CommandError(f"There is no such programme. The programmes are: {known or 'none yet, run setup'}.")
    return found


def table(targets: dict[str, AgainstRule]) -> str:
    rows = [
        (
            Target(target).label,
            share(of.numerator, of.denominator),
            count(of.numerator),
            count(of.denominator),
            *map(count, (of.met, of.not_met, of.no_data, of.not_applicable)),
            f"{count(of.reported)} of {count(of.practices)}",
            count(of.shortfall),
        )
        for target, of in ((target, against.sums) for target, against in targets.items())
    ]
    widths = [max(len(row[column]) for row in (HEADINGS, *rows)) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in (HEADINGS, *rows)
    )
