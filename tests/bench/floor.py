"""The useful floor of an import: COPY the file into a bare table and pivot it to one keyed row a practice-month."""

import statistics
import tempfile
import time
import zipfile
from contextlib import closing
from pathlib import Path

import psycopg2

COLUMNS = (
    "report_period_end, region_code, region_name, subregion_code, subregion_name, ccg_code, ccg_name, "
    "practice_code, practice_name, system_supplier, field, value"
)
FIELDS = (
    "patient_list_size",
    "sys_appts_enbld",
    "sys_presc_enbld",
    "sys_detcoderec_enbld",
    "pat_appts_enbld",
    "pat_presc_enbld",
    "pat_detcoderec_enbld",
    "pat_appts_use",
    "pat_presc_use",
    "pat_detcoderec_use",
    "total_pat_enbld",
    "new_pat_enbld",
    "total_use",
)
RUNS = 3


def seconds(url: str, archive: Path) -> float:
    """The median of three runs, the file unpacked beforehand."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-floor-") as folder:
        with zipfile.ZipFile(archive) as packed:
            files = [Path(packed.extract(name, folder)) for name in packed.namelist()]
        return statistics.median(one_run(url, files) for _ in range(RUNS))


def one_run(url: str, files: list[Path]) -> float:
    pivoted = ", ".join(f"max(CASE WHEN lower(field) = '{name}' THEN value END) AS {name}" for name in FIELDS)
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS keyed, bare")
        cursor.execute(f"CREATE TABLE bare ({COLUMNS.replace(',', ' text,')} text)")
        connection.commit()
        began = time.perf_counter()
        for file in files:
            with file.open(encoding="utf-8") as rows:
                cursor.copy_expert("COPY bare FROM STDIN WITH (FORMAT csv, HEADER)", rows)
        cursor.execute(
            "CREATE TABLE keyed AS SELECT practice_code, report_period_end, max(ccg_code) AS ccg_code, "
            f"{pivoted} FROM bare GROUP BY practice_code, report_period_end"
        )
        cursor.execute("ALTER TABLE keyed ADD PRIMARY KEY (practice_code, report_period_end)")
        connection.commit()
        return time.perf_counter() - began
