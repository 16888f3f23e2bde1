"""Who sees a figure: planted numbers that occur nowhere else, looked for on every page of figures as each person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from core.models import PortalState
from practices.models import Organisation
from practices.reader import WHOLE, scope_of
from practices.services.register import set_borough
from practices.tests.factories import DECEMBER, CCGFactory, MonthlyFiguresFactory, relate
from targets.models import AreaScore, Score, TargetRule
from targets.querysets import read_scores, read_sums
from targets.tests.dashboards import add_practice, body, make_area, score

# Slots released of all slots: no other number of the test world is one of these, nor their differences to 80 %.
OURS, THEIRS = (41_117, 91_373), (23_719, 97_301)


@dataclass
class World:
    lead: User
    ours: Organisation
    theirs: Organisation
    our_practice: Organisation
    their_practice: Organisation

    @property
    def rule(self) -> TargetRule:
        return TargetRule.objects.get(target="appointments")


def add_slots(practice: Organisation, slots: tuple[int, int]) -> None:
    MonthlyFiguresFactory(
        practice=practice, source="return", routine_slots_online=slots[0], routine_slots=slots[1], ccg=practice.ccg
    )


@pytest.fixture
def world(db: None) -> World:
    ours = make_area(name="NHS Riverside CCG")
    theirs = make_area(name="NHS Hillside CCG")
    our_practice = add_practice(ours, 2400, name="Alder Surgery")
    their_practice = add_practice(theirs, 2400, name="Birch Surgery")
    add_slots(our_practice, OURS)
    add_slots(their_practice, THEIRS)
    score()
    return World(UserFactory(lead=True, ccgs=[ours]), ours, theirs, our_practice, their_practice)


def shortfall_of(slots: tuple[int, int]) -> int:
    return -(-slots[1] * 8 // 10) - slots[0]


def planted(slots: tuple[int, int]) -> list[str]:
    """As a page would write them."""
    return [*(f"{number:,}" for number in (*slots, shortfall_of(slots))), f"{slots[0] / slots[1]:.1%}"]


def pages(world: World) -> Iterator[str]:
    """Every page and file that shows figures of the appointments target."""
    areas = [
        reverse("targets:london"),
        reverse("targets:stp", args=["QXX"]),
        reverse("targets:target", args=["appointments"]),
        reverse("targets:practice_list"),
        reverse("targets:start"),
    ]
    for area in (world.ours, world.theirs):
        areas += [
            reverse("targets:ccg", args=[area.code]),
            reverse("targets:borough", args=[area.borough_for_tests.slug]),
        ]
    areas += [
        reverse("targets:practice", args=[practice.code]) for practice in (world.our_practice, world.their_practice)
    ]
    for address in areas:
        for query in ("?target=appointments", "?target=appointments&export=csv", "?target=appointments&export=areas"):
            yield address + query
        yield f"{address}?target=appointments&sort=-shortfall&areas_by=-shortfall"


def text_of(response: Any) -> str:
    if response.streaming:
        return b"".join(response.streaming_content).decode()
    return body(response)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_lead_reads_no_figure_of_another_ccgs_practices(world: World) -> None:
    client = signed_in(world.lead)
    for address in pages(world):
        text = text_of(client.get(address))
        found = [number for number in planted(THEIRS) if number in text]
        assert not found, f"{address} tells {found}"


def test_a_lead_reads_the_figures_of_their_own(world: World) -> None:
    text = body(signed_in(world.lead).get(f"/ccgs/{world.ours.code}/?target=appointments"))
    assert "41,117 of 91,373" in text


def test_who_sees_everything_reads_both(world: World) -> None:
    text = body(signed_in(UserFactory(viewer=True)).get(f"/ccgs/{world.theirs.code}/?target=appointments"))
    assert "23,719 of 97,301" in text


def test_what_leads_the_list_of_london_follows_no_hidden_figure(world: World) -> None:
    text = body(signed_in(world.lead).get("/london/?target=appointments"))
    assert "Alder Surgery" in text
    assert "Birch Surgery" not in text


def test_the_order_of_the_list_follows_no_hidden_figure(world: World) -> None:
    """Of the practices whose figures are hidden, the one with the greatest gap may not come first."""
    worst = add_practice(world.theirs, 2400, name="Zelkova Surgery")
    add_slots(worst, (13, 99_991))
    score()
    client = signed_in(world.lead)
    for sort in ("-shortfall", "shortfall"):
        text = body(client.get(f"/practices/?target=appointments&sort={sort}"))
        assert text.index("Birch Surgery") < text.index("Zelkova Surgery")


def test_rows_come_masked(world: World) -> None:
    rows = {
        row.code: row for row in read_scores(Score.objects.for_user(world.lead).filter(rule=world.rule, month=DECEMBER))
    }
    ours, theirs = rows[world.our_practice.code], rows[world.their_practice.code]
    assert (ours.seen, ours.numerator) == (True, 41_117)
    assert (theirs.seen, theirs.numerator, theirs.denominator, theirs.shortfall) == (False, None, None, None)
    assert theirs.state == "not_met"


def sums(world: World, reader: Any) -> dict[tuple[str, str], tuple[bool, int | None]]:
    found = read_sums(AreaScore.objects.for_user(reader).filter(rule=world.rule, month=DECEMBER))
    return {(row.area_kind, row.area_code): (row.seen, row.numerator) for row in found}


def test_sums_of_what_is_hidden_come_masked(world: World) -> None:
    seen = sums(world, world.lead)
    assert seen["ccg", world.ours.code] == (True, 41_117)
    assert seen["ccg", world.theirs.code] == (False, None)
    assert seen["borough", world.ours.borough_for_tests.slug] == (True, 41_117)
    assert seen["borough", world.theirs.borough_for_tests.slug] == (False, None)
    assert seen["stp", "QXX"] == (True, 64_836)


def test_a_practice_placed_by_hand_closes_the_sum_of_its_borough(world: World) -> None:
    """With it in the sum, who knows the other practices would know its figure."""
    slug = world.ours.borough_for_tests.slug
    set_borough(practice=world.their_practice, borough=world.ours.borough_for_tests, by=UserFactory(administrator=True))
    assert sums(world, world.lead)["borough", slug] == (False, None)
    assert sums(world, WHOLE)["borough", slug] == (True, 64_836)


def test_published_figures_are_open_to_all(world: World) -> None:
    rows = read_scores(Score.objects.for_user(world.lead).filter(rule__target="registration", month=DECEMBER))
    assert all(row.seen and row.numerator for row in rows)


def test_nobody_reads_nothing(world: World) -> None:
    from django.contrib.auth.models import AnonymousUser

    assert not Score.objects.for_user(AnonymousUser()).exists()
    assert not AreaScore.objects.for_user(AnonymousUser()).exists()


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_mergers_of_any_depth_count_the_same_everywhere(world: World, depth: int) -> None:
    """Whoever is granted what a CCG became sees its practices, however often it merged."""
    last = world.ours
    for number in range(depth):
        merged = CCGFactory(code=f"M{number}X", name=f"NHS Merged {number} CCG", opened=date(2019 + number, 4, 1))
        relate(last, merged, kind="succeeded_by", starts=date(2019 + number, 4, 1))
        last = merged
    PortalState.figures_changed()
    lead = UserFactory(lead=True, ccgs=[last])
    assert world.ours.code in scope_of(lead).codes
    assert sums(world, lead)["ccg", world.ours.code] == (True, 41_117)
    assert "41,117 of 91,373" in body(signed_in(lead).get(f"/ccgs/{world.ours.code}/?target=appointments"))


def test_what_a_rule_is_made_of_says_whether_it_is_published(world: World) -> None:
    published = {rule.target: rule.published for rule in TargetRule.objects.all()}
    assert published == {
        "registration": True,
        "dcr": True,
        "appointments": False,
        "utilisation": False,
        "ecommunication": False,
    }
