from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Q, Value, When

from practices.geography import geography
from practices.reader import Reader, scope_of


class OrganisationQuerySet(models.QuerySet[Any]):
    def for_user(self, reader: Reader) -> "OrganisationQuerySet":
        """The register and published figures are open to every signed-in person."""
        return self if scope_of(reader).signed_in else self.none()

    def within_scope(self, reader: Reader) -> "OrganisationQuerySet":
        """Practices whose returns, visits, notes and actions this reader may see."""
        scope = scope_of(reader)
        if scope.everything:
            return self
        return self.of_ccgs(scope.ccgs) if scope.signed_in else self.none()

    def under_ccgs(self, codes: Iterable[str]) -> "OrganisationQuerySet":
        """Practices of these CCGs, of the CCGs that merged into them, and those they had on their own last day."""
        return self.of_ccgs(geography().with_predecessors(codes))

    def of_ccgs(self, ccgs: Collection[int]) -> "OrganisationQuerySet":
        """Practices that are members of these CCGs, by id, and those they had on their own last day."""
        found = Q(ccg__in=list(ccgs))
        for day, ended in geography().ended(ccgs).items():
            at_the_end = apps.get_model("practices", "OrganisationRelation").objects.members().filter(ends=day)
            found |= Q(pk__in=at_the_end.filter(parent__in=ended).values("child"))
        return self.filter(found)

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

    def best_first(self, text: str, *, user: Reader) -> "OrganisationQuerySet":
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
        own = Q() if scope_of(user).everything else Q(pk__in=self.model.objects.within_scope(user).values("pk"))
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


class BoroughShareQuerySet(models.QuerySet[Any]):
    def principal_first(self) -> "BoroughShareQuerySet":
        """A CCG's principal borough first, as Geography.principal_borough has it."""
        return self.order_by("-percent_of_ccg", "borough__gss_code")
