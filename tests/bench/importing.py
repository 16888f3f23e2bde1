"""One whole-England import: upload to preview, then confirm, score and roll up. Prints JSON."""

import json
import resource
import sys
import time
from pathlib import Path

import django

MEGABYTE = 1024


def main(path: Path) -> None:
    django.setup()
    from django.test.utils import override_settings

    from practices.models import Import
    from practices.services import imports
    from targets.models import AreaScore, Score

    before = peak()
    with override_settings(JOBS_INLINE=True):
        began = time.perf_counter()
        with path.open("rb") as stream:
            brought_by = imports.upload(file=stream, name=path.name, by=None, regions=["all"])
        preview = time.perf_counter() - began
        brought_by.refresh_from_db()
        if brought_by.state != Import.State.PREVIEW:
            raise SystemExit(f"The import is {brought_by.get_state_display()}: {brought_by.error}")
        began = time.perf_counter()
        imports.confirm(brought_by=brought_by, by=None, reason="Bench")
        landing = time.perf_counter() - began
        brought_by.refresh_from_db()
    if brought_by.state != Import.State.LANDED:
        raise SystemExit(f"The import is {brought_by.get_state_display()}: {brought_by.error}")
    sys.stdout.write(
        json.dumps(
            {
                "rows": brought_by.rows,
                "preview_seconds": preview,
                "landing_seconds": landing,
                "peak_megabytes": peak(),
                "idle_megabytes": before,
                "scores": Score.objects.count(),
                "area_scores": AreaScore.objects.count(),
            }
        )
    )


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


if __name__ == "__main__":
    main(Path(sys.argv[1]))
