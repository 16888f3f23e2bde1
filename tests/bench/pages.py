"""Times the four pages against a bare signed-in one through the same middleware; queries and weights. Prints JSON."""

import json
import statistics
import sys
import time
from typing import Any

import django

WARM_UP, ROUNDS, FIRST_VIEWS = 4, 30, 7


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from practices.models import MonthlyFigures

    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.MFA_REQUIRED = False
    user = User.objects.create_user(email="bench@portal.example", name="Bench", role=User.Role.VIEWER)
    client = Client()
    client.force_login(user)
    addresses = {"bare": "/bare/"} | portal_pages()
    times = timed(client, addresses)
    bare = times.pop("bare")
    sys.stdout.write(
        json.dumps(
            {
                "practice_months": MonthlyFigures.objects.live().published().count(),
                "bare_milliseconds": bare,
                "pages": {
                    name: {
                        "address": addresses[name],
                        "milliseconds": milliseconds,
                        "against_bare": milliseconds / bare,
                        "first_milliseconds": first_view(client, addresses[name]),
                        **looked_at(client, addresses[name]),
                    }
                    for name, milliseconds in times.items()
                },
            }
        )
    )


def portal_pages() -> dict[str, str]:
    """London, and the CCG with most practices, its borough and its practice with the longest list."""
    from django.db.models import Max
    from django.urls import reverse

    from targets.models import AreaScore, Score, ScoredMonth

    month = ScoredMonth.objects.aggregate(last=Max("month"))["last"]
    rows = AreaScore.objects.filter(month=month, rule__target="registration", rule__programme__is_default=True)
    in_london = Score.objects.filter(month=month, rule__in=rows.values("rule"), borough__isnull=False)
    ccgs = set(in_london.values_list("ccg__code", flat=True).distinct())
    ccg = rows.filter(area_kind="ccg", area_code__in=ccgs).order_by("-practices")[0].area_code
    borough = rows.filter(area_kind="borough").order_by("-practices")[0].area_code
    practice = in_london.filter(ccg__code=ccg, denominator__isnull=False).order_by("-denominator")[0].practice
    return {
        "London": reverse("targets:london"),
        "CCG": reverse("targets:ccg", args=[ccg]),
        "borough": reverse("targets:borough", args=[borough]),
        "practice": reverse("targets:practice", args=[practice.code]),
    }


def timed(client: Any, addresses: dict[str, str]) -> dict[str, float]:
    """Median milliseconds; the pages take turns, so that a slow moment of the machine meets them all."""
    times: dict[str, list[float]] = {name: [] for name in addresses}
    for turn in range(WARM_UP + ROUNDS):
        for name, address in addresses.items():
            began = time.perf_counter()
            response = client.get(address)
            took = 1000 * (time.perf_counter() - began)
            if response.status_code != 200:
                raise SystemExit(f"{address} answers {response.status_code}.")
            if turn >= WARM_UP:
                times[name].append(took)
    return {name: statistics.median(each) for name, each in times.items()}


def first_view(client: Any, address: str) -> float:
    """Median milliseconds of the page with figures that nobody has asked for yet, as after an import."""
    from core.models import PortalState

    times = []
    for _ in range(FIRST_VIEWS):
        PortalState.figures_changed()
        began = time.perf_counter()
        client.get(address)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def looked_at(client: Any, address: str) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.bench.weights import weigh

    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    return {"queries": len(queries), **weigh(response.content.decode())}


if __name__ == "__main__":
    main()
