import csv
from datetime import date
from decimal import Decimal

import pytest

from practices import reference
from practices.models import Borough, BoroughShare, Organisation, OrganisationRelation, ReferenceStamp

pytestmark = pytest.mark.django_db


def test_it_brings_33_boroughs_32_ccgs_and_what_followed_them():
    assert reference.load()

    assert Borough.objects.count() == 33
    assert Organisation.objects.ccgs().open_on(date(2018, 12, 31)).count() == 32
    assert Organisation.objects.ccgs().open_on(date(2020, 12, 31)).count() == 3 + 15
    assert Organisation.objects.ccgs().open_on(date(2022, 12, 31)).count() == 5
    assert Organisation.objects.filter(kind="stp").count() == 5
    assert Organisation.objects.filter(kind="icb").count() == 5


def test_tiles_do_not_lie_on_each_other():
    reference.load()

    assert len(set(Borough.objects.values_list("tile_row", "tile_column"))) == 33


def test_a_second_time_is_one_query(django_assert_num_queries):
    reference.load()

    with django_assert_num_queries(1):
        assert not reference.load()


def test_a_new_version_of_a_table_changes_rows_and_doubles_none():
    reference.load()
    Organisation.objects.filter(code="08L").update(name="Mistyped")
    ReferenceStamp.objects.update(digest="an older one")
    rows = OrganisationRelation.objects.count()

    assert reference.load()

    assert Organisation.objects.get(code="08L").name == "NHS Lewisham CCG"
    assert OrganisationRelation.objects.count() == rows
    assert BoroughShare.objects.count() == 34


def test_every_ccg_belongs_to_an_stp_on_its_first_and_last_day():
    reference.load()

    for ccg in Organisation.objects.ccgs():
        for day in filter(None, (ccg.opened, ccg.closed)):
            assert ccg.relations.members().in_force(day).filter(parent__kind="stp").count() == 1, (ccg, day)


def test_it_agrees_with_the_published_facts(shared_dir):
    reference.load()
    with (shared_dir / "data/geo/london_ccgs.csv").open(encoding="utf-8") as file:
        facts = list(csv.DictReader(file))

    for fact in facts:
        share = BoroughShare.objects.select_related("borough", "ccg").get(
            borough__gss_code=fact["borough_gss_code"], ccg__code=fact["ccg_ods_code"]
        )
        assert share.percent_of_ccg == Decimal(fact["pct_of_ccg_lsoas"])
        assert share.borough.name == fact["borough"]
        assert (share.borough.tile_row, share.borough.tile_column) == (int(fact["grid_row"]), int(fact["grid_col"]))
        assert share.ccg.name == fact["ccg_name"]
        assert share.ccg.relations.successions().get().parent.code == fact["successor_ccg_ods_code"]
