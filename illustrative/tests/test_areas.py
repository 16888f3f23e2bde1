"""The made-up London runs on under the CCGs of 2018, and its pages treat them as what there is."""

import re
from datetime import date

import pytest
from django.test import Client

from illustrative.services import make_london
from targets.tests.dashboards import body, sign_in

pytestmark = pytest.mark.django_db


def test_areas_with_figures_are_areas_of_the_month(client: Client, reference_data: None) -> None:
    make_london(number=160, months=2, until=date(2026, 10, 1), today=date(2026, 11, 20), tell=lambda words: None)
    sign_in(client, viewer=True)

    page = body(client.get("/ccgs/08L/"))

    (chosen,) = re.findall(r'<option value="ccg:\w+" selected>(.*?)\s*</option>', page)
    assert chosen == "Lewisham CCG"
    groups = re.findall(r'<optgroup label="(.*?)">', page)
    assert groups[:2] == ["ICBs", "CCGs"]
