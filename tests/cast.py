"""One of everything that an address can name, and the people who ask for it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, User
from accounts.tests.factories import UserFactory
from core import jobs
from core.models import Job
from practices.models import Import, Organisation
from practices.tests.factories import DECEMBER, DoubtFactory, ImportFactory, MonthlyFiguresFactory, OrganisationFactory
from reports import services
from reports.models import Report
from targets import scoring
from targets.models import Programme
from visits.models import Action, CaseloadEntry, Visit


@dataclass
class Cast:
    """`people` by their part; `things` by the name of the argument that names them in an address."""

    people: dict[str, User]
    practice: Organisation
    visit: Visit
    planned: Visit
    signed_off: Visit
    action: Action
    doubt: Any
    dispute: Any
    landed: Import
    preview: Import
    report: Report
    job: Job
    invitation: Invitation
    caseload: CaseloadEntry

    @property
    def report_pdf(self) -> str:
        return self.report.pdf.rpartition("/")[2]

    def client_of(self, person: str) -> Client:
        client = Client()
        if person != "nobody":
            client.force_login(self.people[person])
        return client


def make_cast() -> Cast:
    lewisham, southwark = (Organisation.objects.get(code=code) for code in ("08L", "08Q"))
    practice = OrganisationFactory(ccg=lewisham, borough=None)
    MonthlyFiguresFactory(practice=practice, ccg=lewisham)
    scoring.score_months({DECEMBER})
    people = {
        "administrator": UserFactory(administrator=True),
        "facilitator": UserFactory(facilitator=True, ccgs=[lewisham]),
        "colleague": UserFactory(facilitator=True, ccgs=[lewisham]),
        "lead": UserFactory(lead=True, ccgs=[lewisham]),
        "viewer": UserFactory(viewer=True),
        "strange facilitator": UserFactory(facilitator=True, ccgs=[southwark]),
        "strange lead": UserFactory(lead=True, ccgs=[southwark]),
    }
    administrator, facilitator = people["administrator"], people["facilitator"]
    visit = Visit.objects.create(practice=practice, facilitator=facilitator, state="logged", on=date(2018, 12, 3))
    return Cast(
        people=people,
        practice=practice,
        visit=visit,
        planned=Visit.objects.create(practice=practice, facilitator=facilitator, state="planned", on=date(2019, 1, 8)),
        signed_off=Visit.objects.create(
            practice=practice,
            facilitator=facilitator,
            state="signed_off",
            on=date(2018, 11, 6),
            signed_off_at=timezone.now(),
            signed_off_by=facilitator,
        ),
        action=Action.objects.create(
            practice=practice,
            visit=visit,
            words="Map the slots",
            owner_role="gp",
            due_on=date(2019, 2, 1),
            created_by=facilitator,
        ),
        doubt=DoubtFactory(practice=practice),
        dispute=DoubtFactory(practice=practice, kind="disputed", code="disputed", own_value=2500),
        landed=ImportFactory(owner=administrator),
        preview=ImportFactory(owner=administrator, waiting=True),
        report=make_report(administrator),
        job=Job.objects.create(kind="import.check", subject="x", owner=administrator),
        invitation=Invitation.objects.create(
            email="new@portal.example",
            name="New",
            role="viewer",
            token_digest="0" * 64,
            invited_by=administrator,
            expires_at=timezone.now() + timedelta(days=1),
        ),
        caseload=CaseloadEntry.objects.create(facilitator=facilitator, practice=practice, starts=date(2018, 4, 1)),
    )


def make_report(administrator: User) -> Report:
    """A report of NHS Lewisham CCG with its documents."""
    with transaction.atomic():
        report = services.request_report(
            area_kind="ccg",
            area_code="08L",
            month=DECEMBER,
            programme=Programme.objects.get(is_default=True),
            by=administrator,
        )
    assert report.job_id
    jobs.run(report.job_id)
    report.refresh_from_db()
    return report
