"""One chart of every kind, made up, for the tests of each face."""

from core.charts import Band, Break, Chart, Format, Kind, Mark, Point, Series, State, Target

MONTHS = ("Apr 2018", "May 2018", "Jun 2018", "Jul 2018", "Aug 2018", "Sep 2018")
SHARES = (0.181, 0.186, None, 0.197, 0.2025, 0.211)
FIFTH = Target(0.2, "Target 20%")


def line() -> Chart:
    ours = tuple(Point(month, share, note="a note") for month, share in zip(MONTHS, SHARES, strict=True))
    london = tuple(Point(month, 0.27 + place / 100) for place, month in enumerate(MONTHS))
    low = tuple(share and share - 0.007 for share in SHARES)
    high = tuple(share and share + 0.007 for share in SHARES)
    return Chart(
        kind=Kind.LINE,
        title="Registration at Elm Surgery",
        finding="Elm Surgery passed the target in August 2018.",
        series=(Series("Elm Surgery", ours), Series("London", london)),
        bands=(Band("95% interval", MONTHS, low, high),),
        target=FIFTH,
        marks=(Mark("May 2018", "Visit"), Mark("Jan 2030", "Visit")),
        y_label="Patients with online services",
        source="Made up",
    )


def strip() -> Chart:
    states = (State.MET, State.NOT_MET, State.MET_WITHIN_MARGIN, State.NO_DATA, State.NOT_MET_WITHIN_MARGIN, State.MET)
    shares = (0.31, 0.12, 0.204, None, 0.196, 0.31)
    points = tuple(
        Point(f"Surgery {place}", share, href=f"/practices/E8500{place}/", note=f"{place} of 10", state=state)
        for place, (share, state) in enumerate(zip(shares, states, strict=True))
    )
    return Chart(
        kind=Kind.STRIP,
        title="Practices of a CCG",
        finding="Three of five practices meet the target.",
        series=(Series("Registration", points),),
        x_label="Practice",
        y_label="Patients with online services",
        target=FIFTH,
    )


def bars() -> Chart:
    name = "A surgery with a name that is a good deal longer than the space which a narrow page has for it"
    points = (
        Point(name, 412, href="/practices/E85001/", state=State.NOT_MET),
        Point("Oak", 1318, href="/practices/E85002/"),
        Point("Ash", 0),
        Point("Yew", None, state=State.NO_DATA),
    )
    return Chart(
        kind=Kind.BARS,
        title="Where the gap is",
        finding="Two practices hold all of it.",
        series=(Series("Patients to target", points),),
        y_label="Patients to target",
        y_format=Format.COUNT,
    )


def tiles() -> Chart:
    points = (
        Point("Enfield", 0.31, href="/boroughs/enfield/", state=State.MET, short="ENF", row=0, col=1),
        Point("Brent", 0.18, href="/boroughs/brent/", state=State.NOT_MET, short="BRE", row=1, col=0),
        Point("Camden", 0.25, href="/boroughs/camden/", state=State.MET, short="CAM", row=1, col=1),
        Point("City of London", None, state=State.NO_DATA, short="CTY", row=1, col=2),
    )
    return Chart(
        kind=Kind.TILES,
        title="London boroughs",
        finding="Two of three boroughs meet the target.",
        series=(Series("Registration", points),),
        x_label="Borough",
    )


def steps() -> Chart:
    levels = (0, 0, 1, None, 1, 1)
    points = tuple(Point(month, level) for month, level in zip(MONTHS, levels, strict=True))
    return Chart(
        kind=Kind.STEPS,
        title="Detailed coded record",
        finding="It has been on since June 2018.",
        series=(Series("Record", points),),
        levels=("Off", "On"),
    )


def sparkline() -> Chart:
    return Chart(
        kind=Kind.SPARKLINE,
        title="Registration",
        finding="Up three points in six months.",
        series=line().series[:1],
        target=FIFTH,
    )


def broken() -> Chart:
    """Counted in another way from August on: Elm Surgery's line breaks there, London's runs on."""
    ours, london = line().series
    return Chart(
        kind=Kind.LINE,
        title="Transactions at Elm Surgery",
        finding="Counted anew from August 2018.",
        series=(Series(ours.name, ours.points, (Break("Aug 2018", "Counted anew."),)), london),
        target=FIFTH,
    )


EVERY_KIND = (line, strip, bars, tiles, steps, sparkline)
EVERY_CHART = (*EVERY_KIND, broken)
