import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries, assertRedirects

from accounts.tests.factories import UserFactory
from core import jobs
from core.models import AuditEvent, PortalState
from practices.signals import start_panels
from reports import files, services
from reports.models import Report
from reports.tests.factories import make_world, other_ccg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LIST = "/reports/"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def queued(world):
    return services.request_report(**world.what, by=world.administrator)


@pytest.fixture
def made(queued):
    jobs.run(queued.job.pk)
    queued.refresh_from_db()
    return queued


@pytest.fixture
def lead(world):
    return UserFactory(lead=True, ccgs=[world.ccg])


@pytest.fixture
def stranger(world):
    return UserFactory(lead=True, ccgs=[other_ccg()])


@pytest.fixture
def viewer():
    return UserFactory(viewer=True)


def page_of(report):
    return reverse("reports:report", args=[report.pk])


def pdf_of(report):
    return reverse("reports:download", args=[report.pk, report.pdf.rpartition("/")[2]])


class TestList:
    def test_it_works(self, client, made, world):
        client.force_login(world.administrator)

        response = client.get(LIST)

        assertContains(response, "Lewisham")
        assertContains(response, page_of(made))
        assertContains(response, "Make reports")

    def test_the_latest_are_named_with_the_kind_of_their_area(self, client, made, world):
        """A borough and a CCG may share a name."""
        Report.objects.filter(pk=made.pk).update(area_kind="ccg", area_code="08L")
        client.force_login(world.administrator)

        assertContains(client.get(LIST), "Lewisham CCG, December 2018")
        Report.objects.filter(pk=made.pk).update(area_kind="borough", area_code="lewisham")
        assertContains(client.get(LIST), "Lewisham borough, December 2018")

    def test_areas_are_chosen_by_kind(self, client, world):
        client.force_login(world.administrator)

        assertContains(client.get(LIST, {"kind": "region"}), "region:Y56:2018-12")
        assertContains(client.get(LIST, {"kind": "ccg"}), "ccg:08L:2018-12")
        assertContains(client.get(LIST, {"kind": "nonsense"}), "borough:lewisham:2018-12")

    def test_a_lead_sees_their_areas_only(self, client, world, lead):
        client.force_login(lead)

        response = client.get(LIST)

        assertContains(response, "borough:lewisham:2018-12")
        assertNotContains(response, "borough:croydon")
        assertNotContains(client.get(LIST, {"kind": "region"}), "region:Y56")

    def test_viewers_read_and_tick_nothing(self, client, made, viewer):
        client.force_login(viewer)

        response = client.get(LIST)

        assertContains(response, page_of(made))
        assertNotContains(response, "checkbox")
        assertNotContains(response, "Make reports")

    def test_queries_do_not_grow_with_reports(self, client, made, world):
        client.force_login(world.administrator)
        client.get(LIST)
        with CaptureQueriesContext(connection) as few:
            client.get(LIST)
        for _ in range(10):
            Report.objects.filter(pk=made.pk).update(state="ready")
            copy = Report.objects.get(pk=made.pk)
            copy.pk = None
            copy._state.adding = True
            copy.save()

        with assertNumQueries(len(few)):
            client.get(LIST)

    def test_progress_brings_the_cells(self, client, queued, world):
        client.force_login(world.administrator)

        response = client.get(reverse("reports:list_progress"), {"kind": "borough"})

        assertContains(response, "1 in the making")
        assertContains(response, 'id="cell-borough-lewisham-2018-12" hx-swap-oob="true"')

    def test_progress_ends(self, client, made, world):
        client.force_login(world.administrator)

        assertContains(client.get(reverse("reports:list_progress"), {"kind": "borough"}), "All are finished.")


class TestMake:
    def post(self, client, *wanted):
        return client.post(reverse("reports:make"), {"report": wanted, "kind": "borough", "programme": "ettf-london"})

    def test_it_works(self, client, world, lead):
        client.force_login(lead)

        response = self.post(client, "borough:lewisham:2018-12")

        assertRedirects(response, page_of(Report.objects.get()), fetch_redirect_response=False)

    def test_several_at_once(self, client, world):
        client.force_login(world.administrator)

        response = self.post(client, "borough:lewisham:2018-12", "region:Y56:2018-12")

        assert response.status_code == 302
        assert Report.objects.count() == 2

    def test_more_than_are_made_at_once_are_said_and_not_cut_off(self, client, world):
        client.force_login(world.administrator)

        answer = self.post(client, *["borough:lewisham:2018-12"] * 251)

        assertContains(client.get(answer["Location"]), "Tick at most 250 reports. None of these 251 was made.")
        assert not Report.objects.exists()

    def test_nothing_ticked_says_what_to_do(self, client, world):
        client.force_login(world.administrator)

        assertContains(self.post(client) and client.get(LIST), "Tick the areas and months")

    def test_reader_gets_403(self, client, world, viewer):
        client.force_login(viewer)

        assert self.post(client, "borough:lewisham:2018-12").status_code == 403
        assert not Report.objects.exists()

    def test_stranger_gets_404(self, client, world, stranger):
        client.force_login(stranger)

        assert self.post(client, "borough:lewisham:2018-12").status_code == 404
        assert not Report.objects.exists()

    @pytest.mark.parametrize("wanted", ["nonsense", "borough:lewisham:yesterday", "a:b:c:d", "region:Y99:2018-12"])
    def test_nonsense_gets_404(self, client, world, wanted):
        client.force_login(world.administrator)

        assert self.post(client, wanted).status_code == 404


class TestReport:
    def test_it_works(self, client, made, lead):
        client.force_login(lead)

        response = client.get(page_of(made))

        assertContains(response, made.snapshot["sentence"])
        assertContains(response, "What is asked of the committee")
        assertContains(response, "&lt;b&gt;Surgery&lt;/b&gt;")
        assertContains(response, pdf_of(made))

    def test_it_shows_progress(self, client, queued, lead):
        client.force_login(lead)

        response = client.get(page_of(queued))

        assertContains(response, "Waiting to start")
        assertContains(response, reverse("reports:progress", args=[queued.pk]))
        assertContains(response, "Reload")

    def test_progress_is_open_to_whoever_may_read_it(self, client, queued, lead):
        client.force_login(lead)
        url = reverse("reports:progress", args=[queued.pk])

        assert "HX-Refresh" not in client.get(url)
        jobs.run(queued.job.pk)
        assert client.get(url)["HX-Refresh"] == "true"

    def test_a_failure_is_told_with_a_way_on(self, client, queued, lead):
        services.mark_failed(queued.job, "The disk is full.")
        client.force_login(lead)

        response = client.get(page_of(queued))

        assertContains(response, "The disk is full.")
        assertContains(response, "Try again")

    def test_an_older_shape_still_downloads(self, client, made, lead):
        Report.objects.filter(pk=made.pk).update(snapshot={"shape": 0})
        client.force_login(lead)

        response = client.get(page_of(made))

        assertContains(response, "earlier version of the portal")
        assertContains(response, pdf_of(made))

    @pytest.mark.parametrize("name", ["report", "progress"])
    def test_stranger_gets_404(self, client, made, stranger, name):
        client.force_login(stranger)

        assert client.get(reverse(f"reports:{name}", args=[made.pk])).status_code == 404

    def test_made_again_it_is_a_new_one(self, client, made, lead):
        client.force_login(lead)

        response = client.post(reverse("reports:again", args=[made.pk]))

        assert response.status_code == 302
        assert Report.objects.count() == 2

    def test_reader_gets_403(self, client, made, viewer):
        client.force_login(viewer)

        assert client.post(reverse("reports:again", args=[made.pk])).status_code == 403

    def test_a_stranger_makes_nothing_again(self, client, made, stranger):
        client.force_login(stranger)

        assert client.post(reverse("reports:again", args=[made.pk])).status_code == 404


class TestDownload:
    def test_it_works(self, client, made, viewer):
        client.force_login(viewer)

        response = client.get(pdf_of(made))

        assert b"".join(response.streaming_content).startswith(b"%PDF")
        assert response["Content-Type"] == "application/pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "gp-online-services-lewisham-2018-12.pdf" in response["Content-Disposition"]
        assert response["Cache-Control"] == "private, no-store"
        event = AuditEvent.objects.filter(verb="downloaded").get()
        assert (event.actor, event.after) == (viewer, {"document": "pdf"})

    def test_stranger_gets_404(self, client, made, stranger):
        client.force_login(stranger)

        assert client.get(pdf_of(made)).status_code == 404

    @pytest.mark.parametrize("name", ["other.pdf", "..", "gp-online-services-lewisham-2018-12.exe", "%2e%2e%2fsecret"])
    def test_other_names_do_not_exist(self, client, made, world, name):
        client.force_login(world.administrator)

        assert client.get(f"/reports/{made.pk}/{name}").status_code in {301, 404}

    def test_a_document_that_is_gone_is_said(self, client, made, world):
        files.remove_all([made.pk])
        client.force_login(world.administrator)

        assertContains(client.get(pdf_of(made), follow=True), "Make the report again")


class TestScope:
    def test_a_borough_shared_by_ccgs_is_for_those_who_have_both(self, world):
        """West London CCG has part of Westminster; the report of Westminster tells what Central London's return."""
        report = services.request_report(**world.what | {"area_code": "westminster"}, by=world.administrator)

        assert not Report.objects.for_user(UserFactory(lead=True, ccgs=["08Y"])).filter(pk=report.pk).exists()
        assert Report.objects.for_user(UserFactory(lead=True, ccgs=["09A"])).filter(pk=report.pk).exists()

    def test_a_practice_placed_by_hand_brings_its_ccg_into_question(self, world, lead, queued):
        assert Report.objects.for_user(lead).filter(pk=queued.pk).exists()

        practice = world.practices[0]
        practice.ccg, practice.borough_source = other_ccg(), "hand"
        practice.save()
        PortalState.figures_changed()

        assert not Report.objects.for_user(lead).filter(pk=queued.pk).exists()

    def test_london_is_for_those_who_see_everything(self, world, lead, viewer):
        what = world.what | {"area_kind": "region", "area_code": "Y56"}
        report = services.request_report(**what, by=world.administrator)

        assert not Report.objects.for_user(lead).filter(pk=report.pk).exists()
        assert Report.objects.for_user(viewer).filter(pk=report.pk).exists()


class TestStartPage:
    def test_the_latest_report_is_there(self, made, lead):
        panels = [panel for answer in start_panels(user=lead) for panel in answer if panel.key == "latest_report"]

        assert [item.url for item in panels[0].items] == [page_of(made)]

    def test_it_is_not_there_for_strangers(self, made, stranger):
        panels = [panel for answer in start_panels(user=stranger) for panel in answer if panel.key == "latest_report"]

        assert panels[0].items == ()


@override_settings(JOBS_INLINE=True)
def test_a_report_is_made_while_the_person_waits(client, world, django_capture_on_commit_callbacks):
    client.force_login(world.administrator)
    wanted = {"report": "borough:lewisham:2018-12", "kind": "borough", "programme": "ettf-london"}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reports:make"), wanted)

    assertContains(client.get(page_of(Report.objects.get())), "Download PDF")
