"""The results beside the promises."""

from typing import Any, NamedTuple

IMPORT_RATIO, MEMORY, PAGE_RATIO, QUERIES, GROWTH, WEIGHT = 2.5, 600, 1.7, 12, 1.2, 120


class Line(NamedTuple):
    what: str
    measured: str
    value: float
    promise: float
    promised: str

    @property
    def kept(self) -> bool:
        return self.value <= self.promise


def whole(results: dict[str, Any]) -> str:
    lines = all_lines(results)
    width = max((len(line.what) for line in lines), default=0)
    measured = max((len(line.measured) for line in lines), default=0)
    return "\n".join(
        f"{line.what:<{width}}  {line.measured:>{measured}}  {line.promised:<14}  {'kept' if line.kept else 'NOT KEPT'}"
        for line in lines
    )


def all_kept(results: dict[str, Any]) -> bool:
    return all(line.kept for line in all_lines(results))


def all_lines(results: dict[str, Any]) -> list[Line]:
    imports, pages = results.get("imports"), results.get("pages")
    return [*(import_lines(imports) if imports else ()), *(page_lines(pages) if pages else ())]


def import_lines(work: dict[str, Any]) -> list[Line]:
    floor = work["floor_seconds"]
    return [
        ratio(f"England half-year, {work['rows']:,} rows: upload to preview", work["preview_seconds"], floor),
        ratio(f"confirm, score ({work['scores']:,}) and roll up", work["landing_seconds"], floor),
        Line(
            "worker's peak memory", f"{work['peak_megabytes']:.0f} MB", work["peak_megabytes"], MEMORY, "at most 600 MB"
        ),
    ]


def ratio(what: str, seconds: float, floor: float) -> Line:
    times = seconds / floor
    return Line(
        what, f"{seconds:.1f} s = {times:.2f}x of {floor:.1f} s", times, IMPORT_RATIO, f"at most {IMPORT_RATIO}x"
    )


def page_lines(work: dict[str, Any]) -> list[Line]:
    lines = []
    for name, page in work["pages"].items():
        took, first, bare = page["milliseconds"], page["first_milliseconds"], work["bare_milliseconds"]
        lines += [
            Line(
                f"{name} page, {work['practice_months']:,} practice-months",
                f"{took:.0f} ms = {page['against_bare']:.2f}x of {bare:.0f} ms, first view {first:.0f} ms",
                page["against_bare"],
                PAGE_RATIO,
                f"at most {PAGE_RATIO}x",
            ),
            Line(f"{name} page: queries", str(page["queries"]), page["queries"], QUERIES, "at most 12"),
            Line(
                f"{name} page: with ten times the data",
                f"{page['against_tenth']:.2f}x",
                page["against_tenth"],
                GROWTH,
                "at most 1.2x",
            ),
            Line(
                f"{name} page: first visit, gzip",
                f"{page['first_visit_kilobytes']:.0f} KB",
                page["first_visit_kilobytes"],
                WEIGHT,
                "at most 120 KB",
            ),
        ]
    return lines
