from collections.abc import Iterable
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from core.request_memory import once


class OrganisationQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "OrganisationQuerySet":
        """The register and published figures are open to every signed-in person."""
        return self if user.is_authenticated else self.none()

    def within_scope(self, user: Any) -> "OrganisationQuerySet":
        """Practices whose returns, visits, notes and actions this person may read."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_everything:
            return self
        return self.of_ccgs(list(scope_ccgs(user)))

    def under_ccgs(self, codes: Iterable[str]) -> "OrganisationQuerySet":
        """Practices of these CCGs, of the CCGs that merged into them, and those they had on their own last day."""
        codes = set(codes)
        ccgs = self.model.objects.filter(code__in=codes | predecessors(codes))
        return self.of_ccgs(list(ccgs.values_list("pk", flat=True)))

    def of_ccgs(self, ccgs: list[int]) -> "OrganisationQuerySet":
        """Practices that are members of these CCGs, by id, and those they had on their own last day."""
        relation = apps.get_model("practices", "OrganisationRelation")
        had_at_closing = relation.objects.filter(
            kind="member_of", parent__in=ccgs, parent__closed__isnull=False, ends=F("parent__closed")
        )
        return self.filter(Q(ccg__in=ccgs) | Q(pk__in=had_at_closing.values("child")))

    def practices(self) -> "OrganisationQuerySet":
        return self.filter(kind="practice")

    def ccgs(self) -> "OrganisationQuerySet":
        return self.filter(kind="ccg")

    def open_on(self, day: date) -> "OrganisationQuerySet":
        return self.filter(Q(opened__isnull=True) | Q(opened__lte=day), Q(closed__isnull=True) | Q(closed__gte=day))

    def found_by(self, text: str) -> "OrganisationQuerySet":
        """Name, ODS code or postcode that contains the text; a postcode with or without its space."""
        text = " ".join(text.split())
        if not text:
            return self
        begins = Q(code__istartswith=squeezed(text)) | Q(postcode__istartswith=text)
        return self.filter(Q(name__icontains=text) | begins | is_called(text))

    def best_first(self, text: str, *, user: Any) -> "OrganisationQuerySet":
        """What the text finds, as a person would expect it: exact codes, beginnings of names, beginnings of words, the
        rest; in each the person's own practices first, then open ones. Namesakes always in the same order."""
        text = " ".join(text.split())
        begins_a_word = Q()
        for mark in BEFORE_A_WORD:
            begins_a_word |= Q(name__icontains=mark + text)
        nearness = Case(
            When(is_called(text), then=0),
            When(Q(name__istartswith=text) | Q(code__istartswith=squeezed(text)), then=1),
            When(begins_a_word, then=2),
            default=3,
        )
        own = Q() if user.sees_everything else Q(pk__in=self.model.objects.within_scope(user).values("pk"))
        others = Case(When(own, then=0), default=1) if own else Value(0)
        closed = Case(When(closed__isnull=True, then=0), default=1)
        found = self.found_by(text).annotate(nearness=nearness, others=others, over=closed)
        return found.order_by("nearness", "others", "over", "name", "code")

    def called(self, text: str) -> "OrganisationQuerySet":
        """Those whose code or postcode the text is, to the last sign."""
        return self.filter(is_called(text)) if text.strip() else self.none()

    def suppliers(self) -> list[str]:
        """The system suppliers that these have, in order."""
        named = self.exclude(supplier="").order_by("supplier").values_list("supplier", flat=True)
        return list(named.distinct())


BEFORE_A_WORD = (" ", "-", "(", "'", "’", "/", "&", ".")


def squeezed(text: str) -> str:
    return "".join(text.split()).upper()


def is_called(text: str) -> Q:
    """A code, or a postcode with or without its space."""
    code = squeezed(text)
    return Q(code__iexact=code) | Q(postcode__iexact=f"{code[:-3]} {code[-3:]}" if len(code) > 3 else code)


class OrganisationRelationQuerySet(models.QuerySet[Any]):
    def members(self) -> "OrganisationRelationQuerySet":
        return self.filter(kind="member_of")

    def successions(self) -> "OrganisationRelationQuerySet":
        return self.filter(kind="succeeded_by")

    def in_force(self, day: date) -> "OrganisationRelationQuerySet":
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day)


def scope_ccgs(user: Any) -> dict[int, str]:
    """The CCGs whose returns and visits this person may read, and those that merged into them: codes by id.

    Read once a request, however many queries ask by it. CCGs merged twice at most, so two steps back reach them all.
    """
    return once(("scope", user.pk), lambda: _read_scope(user))


def _read_scope(user: Any) -> dict[int, str]:
    relation = apps.get_model("practices", "OrganisationRelation")
    grants = user.scope_grants.in_force(timezone.localdate()).order_by()
    codes = grants.values("ccg_code")
    before = relation.objects.successions().filter(parent__code__in=codes).order_by().values("child__code")
    long_before = relation.objects.successions().filter(parent__code__in=before).order_by().values("child__code")
    wanted = Q(code__in=codes) | Q(code__in=before) | Q(code__in=long_before)
    ccgs = apps.get_model("practices", "Organisation").objects.filter(wanted).order_by()
    # With the names of the grants, which the header of the same page shows.
    named = grants.annotate(key=Value(0, models.BigIntegerField())).values_list("key", "ccg_name")
    rows = list(ccgs.values_list("pk", "code").union(named, all=True))
    found = {pk: text for pk, text in rows if pk}
    once(("scope names", user.pk), lambda: sorted(text for pk, text in rows if not pk))
    return found


def predecessors(codes: Iterable[str]) -> set[str]:
    """Codes of all organisations that these succeeded, however many mergers ago."""
    relation = apps.get_model("practices", "OrganisationRelation")
    found: set[str] = set()
    step = set(codes)
    while step:
        step = (
            set(relation.objects.successions().filter(parent__code__in=step).values_list("child__code", flat=True))
            - found
        )
        found |= step
    return found
