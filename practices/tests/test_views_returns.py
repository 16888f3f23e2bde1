import csv
import io

import pytest
import time_machine
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.tests.factories import UserFactory
from practices.importing.formats.practice_return import FORMATS
from practices.models import MonthlyFigures
from practices.returns.headings import COLUMNS, HEADINGS
from practices.tests.factories import DECEMBER, CCGFactory, MonthlyFiguresFactory, OrganisationFactory
from practices.tests.register_files import recognised, table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ccg():
    return CCGFactory()


@pytest.fixture
def practice(ccg):
    return OrganisationFactory(ccg=ccg)


def address(practice, month="2018-12"):
    return reverse("practices:return", args=[practice.code]) + f"?month={month}"


def sent(**changes):
    return {
        "routine_slots": "1000",
        "routine_slots_online": "820",
        "bookings": "900",
        "bookings_online": "450",
        "cancellations": "90",
        "cancellations_online": "50",
        "routine_definition": "10 minutes with a GP",
        "ecommunication_promoted_where": ["Website", "Posters"],
        "ecommunication_promoted_on": "2018-12-04",
        "gp2gp": "In use",
        "completed_by_role": "Practice manager",
    } | changes


class TestForm:
    @pytest.mark.parametrize("role", ["administrator", "facilitator"])
    def test_it_works(self, client, ccg, practice, role):
        user = UserFactory(**{role: True}, ccgs=[ccg])
        client.force_login(user)

        response = client.post(address(practice), sent())

        assert response["Location"] == address(practice)
        live = MonthlyFigures.objects.live().get()
        assert (live.source, live.month, live.recorded_by) == ("return", DECEMBER, user)
        assert (live.routine_slots_online, live.routine_slots) == (820, 1000)
        assert live.ecommunication_promoted_where == "Website; Posters"
        assert live.ecommunication_answered

    def test_it_shows_what_stands_and_supersedes_it(self, client, practice):
        former = MonthlyFiguresFactory(practice=practice, returned=True, routine_slots=777, routine_slots_online=700)
        client.force_login(UserFactory(administrator=True))

        assert b'value="777"' in client.get(address(practice)).content
        client.post(address(practice), sent(ecommunication_promoted_on="", ecommunication_promoted_where=[]))

        former.refresh_from_db()
        assert former.standing == "superseded"
        assert not MonthlyFigures.objects.live().get().ecommunication_answered

    def test_more_online_than_all_is_refused_at_the_field(self, client, practice):
        client.force_login(UserFactory(administrator=True))

        response = client.post(address(practice), sent(bookings_online="901"))

        assert list(response.context["form"].errors) == ["bookings_online"]
        assert not MonthlyFigures.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"ecommunication_promoted_on": "2019-01-02"}, "ecommunication_promoted_on"),
            ({"ecommunication_promoted_where": []}, "ecommunication_promoted_where"),
            ({"routine_slots": "-1"}, "routine_slots"),
            ({"note": "NHS 943 476 5919"}, "note"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, client, practice, changes, field):
        client.force_login(UserFactory(administrator=True))

        assert field in client.post(address(practice), sent(**changes)).context["form"].errors

    def test_an_empty_form_is_no_return(self, client, practice):
        client.force_login(UserFactory(administrator=True))

        client.post(address(practice), {"note": "nothing yet"})

        assert not MonthlyFigures.objects.exists()

    @time_machine.travel("2019-01-15")
    def test_last_month_unless_the_address_says_otherwise(self, client, practice):
        client.force_login(UserFactory(administrator=True))

        for query in ("", "?month=nonsense"):
            url = reverse("practices:return", args=[practice.code]) + query
            assert client.get(url).context["month"] == DECEMBER

    def test_stranger_gets_404(self, client, practice):
        client.force_login(UserFactory(facilitator=True, ccgs=[CCGFactory()]))

        assert client.get(address(practice)).status_code == 404

    @pytest.mark.parametrize("role", ["viewer", "lead"])
    def test_reader_gets_403(self, client, ccg, practice, role):
        client.force_login(UserFactory(**{role: True}, ccgs=[ccg]))

        assert client.post(address(practice), sent()).status_code == 403


class TestTemplates:
    def test_the_csv_is_recognised_as_it_is_given_out(self, client):
        client.force_login(UserFactory(viewer=True))

        content = client.get(reverse("practices:return_template", args=["csv"])).content

        table = table_of(content, "practice-return.csv")
        assert recognised(table).format.key == "practice_return"
        assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [each.heading for each in HEADINGS]

    def test_the_workbook_has_guidance_and_protected_headings(self, client):
        client.force_login(UserFactory(viewer=True))

        content = client.get(reverse("practices:return_template", args=["xlsx"])).content

        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        assert book.sheet_names == ["Guidance", "Return"]
        assert book.get_sheet_by_name("Return").to_python()[0] == [each.heading for each in HEADINGS]
        explained = [row[0] for row in book.get_sheet_by_name("Guidance").to_python()]
        assert {each.heading for each in HEADINGS} <= set(explained)

    def test_there_is_no_other_kind(self, client):
        client.force_login(UserFactory(viewer=True))

        assert client.get(reverse("practices:return_template", args=["exe"])).status_code == 404


def test_the_data_dictionary_explains_every_heading(client):
    client.force_login(UserFactory(viewer=True))

    content = client.get(reverse("practices:data_dictionary")).content.decode()

    for heading in HEADINGS:
        assert heading.meaning.split(".")[0].split("’")[0].split("'")[0] in content
    assert "Sys_DetCodeRec_Enbld" in content


def test_every_heading_is_a_column_of_the_figures_and_the_format_covers_all():
    names = {field.name for field in MonthlyFigures._meta.get_fields()}

    assert set(COLUMNS) <= names
    assert set(COLUMNS) <= set(FORMATS[0].covers)


def test_a_filled_in_file_reads_as_the_form_would():
    lines = [
        ",".join(each.heading for each in HEADINGS),
        "A11111,Dec 2018,1000,820,900,450,90,50,10 minutes,None,website; Posters,04/12/2018,in use,,,,GP,",
    ]
    table = table_of("\r\n".join(lines))
    found = recognised(table)

    row = next(iter(found.format.read(table, found))).iloc[0]

    assert row["month"] == "31/12/2018"
    assert row["summary_care_record"] == "In use"
    assert row["ecommunication_answered"] == "yes"
    assert row["routine_slots_online"] == "820"
