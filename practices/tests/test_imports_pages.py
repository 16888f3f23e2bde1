from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from practices.models import Import, MonthlyFigures

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return UserFactory(administrator=True)


@pytest.fixture
def client(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def page(brought_by: Import) -> str:
    return reverse("practices:import", args=[brought_by.pk])


def test_upload_preview_confirm_undo(
    client: Client, reference_data: None, shared_dir: Path, django_capture_on_commit_callbacks: Any
) -> None:
    data = (shared_dir / "data/pomi/london_2018-04.csv").read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("practices:imports"), {"file": SimpleUploadedFile("april.csv", data)})
    brought_by = Import.objects.get()
    assert response.headers["Location"] == page(brought_by)

    text = client.get(page(brought_by)).content.decode()
    assert "This is POMI, long format, London, Apr 2018, 16,510 rows." in text
    assert "Bring in 1,270 practices for April 2018" in text

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("practices:import_confirm", args=[brought_by.pk]))
    assert "Done. 1,270 practices scored" in client.get(page(brought_by)).content.decode()
    assert "april.csv" in client.get(reverse("practices:imports")).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("practices:import_undo", args=[brought_by.pk]), {"reason": "the wrong file"})
    assert MonthlyFigures.objects.live().count() == 0
    assert "the wrong file" in client.get(page(brought_by)).content.decode()
