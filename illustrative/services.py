"""Writes the illustrative London into an empty portal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from core import audit
from core.models import PortalState
from core.months import add_months, month_end, month_key, month_label, month_of
from illustrative import doubts, fieldwork, people, world
from illustrative.working_days import WorkingDays
from practices import measures
from practices.geography import read_geography
from practices.models import Import, ImportFile, MonthlyFigures, Organisation, OrganisationRelation
from practices.models.figures import silent_values
from practices.services import versions
from targets import scoring

# Beyond a London's worth of practices the rest lies outside, so that London keeps its size.
LONDON_PRACTICES = 1_250
PRACTICES_AN_OUTSIDE_CCG = 36


class NotEmptyError(Exception):
    """The portal holds figures already; real and illustrative ones never mix."""


@dataclass(frozen=True)
class Made:
    practices: int
    months: int
    figures: int
    visits: int
    actions: int


@dataclass(frozen=True)
class Cast:
    """The practices as they stand in the database, in the order of the arrays."""

    practices: world.Practices
    faults: world.Faults
    ids: list[int]
    ccg_ids: list[int]


def last_full_month(today: date) -> date:
    return add_months(month_of(today), -1)


@transaction.atomic
def make_london(
    *,
    number: int = LONDON_PRACTICES,
    months: int = 24,
    seed: int = 2018,
    until: date | None = None,
    today: date | None = None,
    tell: Callable[[str], None] = print,
) -> Made:
    """Fills an empty portal with `number` practices and `months` months up to `until`; same seed and days, same London.

    NotEmptyError where any figures are in. Beyond 1,250 practices the rest lies in made-up CCGs outside London.
    """
    today = today or timezone.localdate()
    last = until or last_full_month(today)
    if MonthlyFigures.objects.exists() or Organisation.objects.practices().exists():
        raise NotEmptyError
    all_months = [add_months(last, position - months + 1) for position in range(months)]
    tell(f"Making {number:,} practices over {months} months to {month_label(last)}")
    cast = _bring_in_practices(number=number, first=all_months[0], all_months=all_months, seed=seed)
    figures = _bring_in_figures(cast, all_months, seed, today=today)
    staff = people.bring_in(dict(Organisation.objects.ccgs().values_list("code", "name")), since=all_months[0])
    tell("Logging visits")
    work = fieldwork.log(cast.ids, staff, first=all_months[0], today=today, rng=np.random.default_rng(seed + 4))
    figures += _bring_in_evidence(work, cast)
    doubts.raise_doubts(ids=cast.ids, faults=cast.faults, all_months=all_months, staff=staff)
    tell("Scoring")
    scoring.score_months(all_months)
    state = PortalState.current()
    state.illustrative, state.illustrative_seed = True, seed
    state.save()
    # Scored above, all months at once: nobody else is to hear of them.
    versions.announce(versions.NO_FIGURES)
    audit.record(
        by=None, verb="made", object_type="illustrative", object_label="Illustrative London", after={"seed": seed}
    )
    return Made(number, months, figures, len(work.visits), len(work.actions))


def _bring_in_practices(*, number: int, first: date, all_months: list[date], seed: int) -> Cast:
    ccgs = _ccgs(number)
    practices = world.make_practices(number=number, ccg_weights=[weight for _, weight in ccgs], seed=seed)
    faults = world.make_faults(practices=practices, months=len(all_months), seed=seed)
    opened = date(first.year - 20, 4, 1)
    organisations = Organisation.objects.bulk_create(
        (
            Organisation(
                kind="practice",
                code=code,
                name=name,
                opened=opened,
                closed=_closing(faults, index, all_months),
                status="closed" if index in faults.merged else "active",
                prescribing_setting="4",
                supplier=practices.supplier[index],
                postcode=f"ZZ{index // 9 % 90 + 1} {index % 9 + 1}AA",
                ccg=ccgs[practices.ccg[index]][0],
                illustrative=True,
            )
            for index, (code, name) in enumerate(zip(practices.codes, practices.names, strict=True))
        ),
        batch_size=500,
    )
    boroughs = read_geography().principal_borough
    ccg_ids = [ccgs[index][0].pk for index in practices.ccg.tolist()]
    for organisation, ccg_id in zip(organisations, ccg_ids, strict=True):
        organisation.borough_id = boroughs.get(ccg_id)
    Organisation.objects.bulk_update(organisations, ["borough"], batch_size=500)
    relations = [
        OrganisationRelation(
            kind="member_of", child=o, parent_id=ccg_id, starts=opened, ends=o.closed, source="figures"
        )
        for o, ccg_id in zip(organisations, ccg_ids, strict=True)
    ] + [
        OrganisationRelation(
            kind="succeeded_by",
            child=organisations[old],
            parent=organisations[mate],
            starts=all_months[position],
            reason="Merger",
            source="hand",
        )
        for old, (position, mate) in faults.merged.items()
    ]
    OrganisationRelation.objects.bulk_create(relations, batch_size=500)
    return Cast(practices, faults, [o.pk for o in organisations], ccg_ids)


def _closing(faults: world.Faults, index: int, all_months: list[date]) -> date | None:
    if index not in faults.merged:
        return None
    return month_end(all_months[faults.merged[index][0] - 1])


def _bring_in_evidence(work: fieldwork.Fieldwork, cast: Cast) -> int:
    """What the visits saw of e-communication, a row a practice and month as the visits would write it."""
    ccg_of = dict(zip(cast.ids, cast.ccg_ids, strict=True))
    seen = sorted(work.evidence, key=lambda piece: (piece.visit.practice_id, piece.seen_on))
    last = {(piece.visit.practice_id, month_of(piece.seen_on)): piece for piece in seen}
    fields = (
        "practice",
        "month",
        "ccg",
        "ecommunication_answered",
        "ecommunication_promoted_on",
        "ecommunication_promoted_where",
        "reference",
        "recorded_by",
        "landed_at",
    )
    return versions.insert_live(
        measures.VISIT.key,
        fields,
        [
            (
                practice_id,
                month,
                ccg_of[practice_id],
                True,
                piece.seen_on,
                piece.get_where_display(),
                str(piece.visit_id),
                piece.visit.facilitator_id,
                piece.visit.signed_off_at,
            )
            for (practice_id, month), piece in last.items()
        ],
    )


def _ccgs(number: int) -> list[tuple[Organisation, float]]:
    """London's 32 CCGs of 2018 with their weights; for more practices than London holds, made-up ones outside."""
    london = Organisation.objects.ccgs().filter(code__in=world.CCG_PRACTICES).order_by("code")
    inside = min(number, LONDON_PRACTICES)
    scale = inside / sum(world.CCG_PRACTICES.values())
    weighted = [(ccg, world.CCG_PRACTICES[ccg.code] * scale) for ccg in london]
    extra = (number - inside) // PRACTICES_AN_OUTSIDE_CCG
    outside = Organisation.objects.bulk_create(
        Organisation(kind="ccg", code=f"Z{position:02X}X", name=f"Illustrative CCG {position + 1}", illustrative=True)
        for position in range(extra)
    )
    return weighted + [(ccg, float(PRACTICES_AN_OUTSIDE_CCG)) for ccg in outside]


def _bring_in_figures(cast: Cast, all_months: list[date], seed: int, *, today: date) -> int:
    total = 0
    pomi = world.pomi_months(practices=cast.practices, faults=cast.faults, months=all_months, seed=seed)
    returns = world.return_months(practices=cast.practices, faults=cast.faults, months=all_months, seed=seed)
    days = WorkingDays(all_months[0], today)
    for published, sent in zip(pomi, returns, strict=True):
        # Published three weeks after the month; the last one perhaps only just.
        landed = _moment(min(days.after(add_months(published.month, 1) + timedelta(days=19)), days.before(today)))
        file = _import_of(
            published.month,
            "pomi_long",
            f"illustrative-pomi-{month_key(published.month)}.csv",
            landed,
            len(published.index),
        )
        total += _insert(measures.POMI.key, _pomi_rows(cast, published, file), landed, file)
        file = _import_of(
            sent.month, "practice_return", f"illustrative-returns-{month_key(sent.month)}.csv", landed, len(sent.index)
        )
        total += _insert(measures.RETURN.key, _return_rows(cast, sent), landed, file)
    return total


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8, 40)))


def _import_of(month: date, format_key: str, name: str, landed: datetime, practices: int) -> ImportFile:
    brought_by = Import.objects.create(
        state="landed",
        file_name=name,
        upload="",
        format_key=format_key,
        format_words="Illustrative figures, made up",
        months=[month_key(month)],
        rows=practices,
        new=practices,
        previewed_at=landed,
        confirmed_at=landed,
        landed_at=landed,
        illustrative=True,
    )
    Import.objects.filter(pk=brought_by.pk).update(created_at=landed)
    return ImportFile.objects.create(
        brought_by=brought_by, name=name, sha256="", rows=practices, months=[month_key(month)]
    )


def _insert(source: str, rows: Iterator[dict[str, Any]], landed: datetime, file: ImportFile) -> int:
    fields = ("practice", "month", "ccg", "row", "practice_name", "supplier", *measures.columns_of(source))
    silent = silent_values()
    brought = (file.brought_by_id, file.pk)
    return versions.insert_live(
        source,
        ("landed_at", "brought_by", "file", *fields),
        ((landed, *brought, *(row.get(field, silent.get(field)) for field in fields)) for row in rows),
    )


def _pomi_rows(cast: Cast, published: world.MonthOfPomi, file: ImportFile) -> Iterator[dict[str, Any]]:
    columns = {name: values.tolist() for name, values in published.columns.items()}
    for position, index in enumerate(published.index.tolist()):
        row: dict[str, Any] = {
            name: None if values[position] == world.BLANK else values[position] for name, values in columns.items()
        }
        yield row | {
            "practice": cast.ids[index],
            "month": published.month,
            "ccg": cast.ccg_ids[index],
            "row": position + 2,
            "practice_name": cast.practices.names[index],
            "supplier": published.supplier[position],
        }


def _return_rows(cast: Cast, sent: world.MonthOfReturns) -> Iterator[dict[str, Any]]:
    columns = {name: values.tolist() for name, values in sent.columns.items()}
    for position, index in enumerate(sent.index.tolist()):
        row: dict[str, Any] = {name: values[position] for name, values in columns.items()}
        yield row | {
            "practice": cast.ids[index],
            "month": sent.month,
            "ccg": cast.ccg_ids[index],
            "row": position + 2,
            "practice_name": cast.practices.names[index],
            "routine_definition": sent.routine_words[position],
            "ecommunication_product": sent.product[position],
            "ecommunication_answered": True,
            "ecommunication_promoted_where": sent.promoted_where[position],
            "ecommunication_promoted_on": sent.promoted_on[position],
            "completed_by_role": "Practice manager",
            "summary_care_record": "live",
            "gp2gp": "live",
            "electronic_prescriptions": "live",
            "ereferrals": "live",
        }
