import pytest

from visits.tests.factories import CaseloadEntryFactory


@pytest.fixture
def entry():
    return CaseloadEntryFactory()


@pytest.fixture
def facilitator(client, entry):
    client.force_login(entry.facilitator)
    return entry.facilitator
