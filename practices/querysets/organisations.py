from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from practices.geography import geography
from practices.reader import Reader, scope_of


class OrganisationQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "OrganisationQuerySet":
        """The register and published figures are open to every signed-in person."""
        return self if user.is_authenticated else self.none()

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
        text = text.strip()
        if not text:
            return self
        squeezed = text.replace(" ", "").upper()
        by_postcode = Q(postcode__istartswith=text)
        if len(squeezed) > 3:
            by_postcode |= Q(postcode__iexact=f"{squeezed[:-3]} {squeezed[-3:]}")
        return self.filter(Q(name__icontains=text) | Q(code__istartswith=squeezed) | by_postcode)


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
