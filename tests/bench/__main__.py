import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tests.bench import floor, processes, table
from tests.bench.databases import CannotMeasure, Database, postgres_database, sqlite_database

HALF_YEAR = "data/pomi/england_apr2018_to_sep2018.zip"


def main() -> int:
    options = parse()
    results: dict[str, Any] = {}
    try:
        if not options.no_imports:
            results["imports"] = measure_imports(options)
        if not options.no_pages:
            results["pages"] = measure_pages(options)
    except CannotMeasure as problem:
        sys.exit(str(problem))
    sys.stdout.write(table.whole(results) + "\n")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0 if table.all_kept(results) or not options.strict else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument(
        "--database-url",
        default="postgresql://postgres@127.0.0.1:5432/postgres",
        help="a PostgreSQL server; databases of the bench's own are made there and dropped",
    )
    parser.add_argument(
        "--sqlite", action="store_true", help="the portal on SQLite; the floor is PostgreSQL's even then"
    )
    parser.add_argument(
        "--half-year", type=Path, default=processes.shared_dir() / HALF_YEAR, help="the England POMI file"
    )
    parser.add_argument("--practices", type=int, default=7_000, help="of the made-up England for the pages")
    parser.add_argument("--months", type=int, default=120, help="of the larger one; the smaller has a tenth")
    parser.add_argument("--no-imports", action="store_true")
    parser.add_argument("--no-pages", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a promise is not kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results there")
    return parser.parse_args()


def database(options: argparse.Namespace, name: str) -> Any:
    return sqlite_database(name) if options.sqlite else postgres_database(options.database_url, name)


def measure_imports(options: argparse.Namespace) -> dict[str, Any]:
    file = options.half_year
    if not file.is_file():
        raise CannotMeasure(f"{file} is not there. Name the England half-year with --half-year, or use --no-imports.")
    with postgres_database(options.database_url, "floor") as bare:
        seconds = floor.seconds(bare.url, file)
    with database(options, "import") as place:
        processes.say(f"Importing {file.name} ({'SQLite' if options.sqlite else 'PostgreSQL'})")
        processes.manage(place, "setup")
        work = processes.measure(place, "importing", str(file))
    return {"floor_seconds": seconds, "database": "sqlite" if options.sqlite else "postgresql"} | work


def measure_pages(options: argparse.Namespace) -> dict[str, Any]:
    small_months = max(1, options.months // 10)
    smaller = pages_of(options, small_months)
    larger = pages_of(options, options.months)
    # The two are measured minutes apart: each against its own bare page, so that a slower machine meets both sides.
    for name, page in larger["pages"].items():
        page["against_tenth"] = page["against_bare"] / smaller["pages"][name]["against_bare"]
    return {"practices": options.practices, "months": options.months, "months_of_tenth": small_months} | larger


def pages_of(options: argparse.Namespace, months: int) -> dict[str, Any]:
    place: Database
    with database(options, f"pages_{months}") as place:
        processes.say(f"Making {options.practices:,} practices over {months} months")
        processes.manage(place, "setup")
        processes.manage(place, "demo", "--practices", str(options.practices), "--months", str(months))
        processes.manage(place, "collectstatic", "--noinput", "--verbosity", "0")
        processes.settle(place)
        return processes.measure(place, "pages")


if __name__ == "__main__":
    sys.exit(main())
