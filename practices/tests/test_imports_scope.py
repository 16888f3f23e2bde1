"""Files that name CCGs but no regions keep the rows of the regions in scope by their CCGs."""

import pytest

from practices.models import Import, MonthlyFigures, Organisation
from practices.scope import ccgs_of_regions
from practices.tests.factories import OrganisationFactory
from practices.tests.importing import brought_in

pytestmark = pytest.mark.django_db
LIST_SIZES = (
    "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\n"
    "GP_PRAC_PAT_LIST,01JAN2021,GP,08L,E38000098,G85001,SE13 5PJ,ALL,ALL,7012\n"
    "GP_PRAC_PAT_LIST,01JAN2021,GP,00L,E38000130,A84002,NE65 7UW,ALL,ALL,5903\n"
)


@pytest.fixture
def practice(reference_data: None) -> Organisation:
    return OrganisationFactory(code="G85001", ccg=Organisation.objects.get(code="08L"))


def test_rows_of_other_regions_are_counted_and_left(practice: Organisation) -> None:
    landed = brought_in(LIST_SIZES.encode(), "list.csv")
    assert (landed.state, landed.new, landed.skipped, landed.refused) == (Import.State.LANDED, 1, 1, 0)
    assert MonthlyFigures.objects.live().get().practice == practice


def test_with_all_regions_in_scope_an_unknown_practice_is_refused_by_name(practice: Organisation) -> None:
    landed = brought_in(LIST_SIZES.encode(), "list.csv", regions=["all"])
    assert (landed.new, landed.skipped, landed.refused) == (1, 0, 1)
    assert landed.issues.get(severity="refusal").practice_code == "A84002"


def test_the_ccgs_of_london_are_those_of_2018_and_those_they_became(reference_data: None) -> None:
    ccgs = ccgs_of_regions(["Y56"])
    assert {"08L", "72Q", "A3A8R", "09A"} <= ccgs
    assert "00L" not in ccgs
    assert len(ccgs) == 37
