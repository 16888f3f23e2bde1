"""The whole way of an ODS file and a return: uploaded, checked, confirmed, undone."""

import io

import pytest
from django.core.management import call_command

from accounts.tests.factories import UserFactory
from core.models import PortalState
from practices import reference
from practices.models import Import, MonthlyFigures, Organisation
from practices.returns.headings import HEADINGS
from practices.services import imports
from practices.tests.factories import MonthlyFiguresFactory, OrganisationFactory
from practices.tests.register_files import epraccur_row, row_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def london(transactional_db):
    reference.load()


@pytest.fixture
def administrator():
    return UserFactory(administrator=True)


def brought_in(content: str, by, name="file.csv"):
    brought_by = imports.upload(file=io.BytesIO(content.encode()), name=name, by=by)
    brought_by.refresh_from_db()
    if brought_by.state == Import.State.PREVIEW:
        imports.confirm(brought_by=brought_by, by=by)
        brought_by.refresh_from_db()
    return brought_by


def test_epraccur_lands_and_undo_takes_it_back(administrator):
    brought_by = brought_in(epraccur_row() + "\r\n", administrator)

    assert (brought_by.state, brought_by.error) == ("landed", "")
    assert Organisation.objects.practices().get().ccg.code == "08L"

    imports.request_undo(brought_by=brought_by, by=administrator, reason="Wrong file")

    assert not Organisation.objects.practices().exists()


def test_the_command_brings_in_practices_and_memberships(administrator, tmp_path, capsys):
    epraccur, epcmem = tmp_path / "epraccur.csv", tmp_path / "epcmem.csv"
    epraccur.write_text(epraccur_row() + "\r\n")
    epcmem.write_text(row_of("A11111", "08K", "W", "20100401", "20130331", "0") + "\r\n")

    call_command("load_ods", epraccur, epcmem, by=administrator.email)

    practice = Organisation.objects.practices().get()
    assert practice.relations.members().count() == 2
    assert practice.ccg.code == "08L"


def test_an_illustrative_portal_refuses_the_real_register(administrator, tmp_path):
    PortalState.objects.update_or_create(id=1, defaults={"illustrative": True})
    path = tmp_path / "epraccur.csv"
    path.write_text(epraccur_row() + "\r\n")

    with pytest.raises(SystemExit) as ended:
        call_command("load_ods", path)

    assert ended.value.code == 2
    assert not Organisation.objects.practices().exists()


def return_file(*rows: str) -> str:
    return "\r\n".join([",".join(heading.heading for heading in HEADINGS), *rows]) + "\r\n"


def test_a_return_lands_as_figures_of_its_own_source(administrator):
    practice = OrganisationFactory(code="A11111")
    published = MonthlyFiguresFactory(practice=practice)

    brought_by = brought_in(
        return_file("A11111,2018-12,1000,820,900,450,90,50,10 minutes,,Website,04/12/2018,In use,,,,GP,"), administrator
    )

    assert (brought_by.state, brought_by.error) == ("landed", "")
    live = MonthlyFigures.objects.live().get(source="return")
    assert (live.routine_slots_online, live.routine_slots) == (820, 1000)
    assert live.ecommunication_promoted_on.isoformat() == "2018-12-04"
    assert live.ecommunication_answered
    assert live.row == 2
    published.refresh_from_db()
    assert published.standing == "live"


def test_a_return_with_more_online_than_all_is_refused(administrator):
    OrganisationFactory(code="A11111")

    brought_by = brought_in(return_file("A11111,2018-12,1000,1001,,,,,,,,,,,,,,"), administrator)

    assert brought_by.state == "refused"
    assert brought_by.issues.filter(severity="refusal").exists()


def test_a_return_of_an_unknown_practice_is_held_back(administrator):
    brought_by = brought_in(return_file("A99999,2018-12,1000,820,,,,,,,,,,,,,,"), administrator)

    assert brought_by.issues.filter(code="unknown_practice").exists()
    assert not MonthlyFigures.objects.exists()


def test_list_sizes_belong_to_the_month_before(administrator):
    OrganisationFactory(code="A11111")
    content = (
        "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\r\n"
        "GP_PRAC_PAT_LIST,01JAN2021,GP,08L,E38000098,A11111,SE13 1AA,ALL,ALL,5903\r\n"
    )

    brought_by = brought_in(content, administrator)

    assert (brought_by.state, brought_by.error) == ("landed", "")
    live = MonthlyFigures.objects.live().get()
    assert (f"{live.month:%Y-%m}", live.source, live.list_size) == ("2020-12", "list_size", 5903)
