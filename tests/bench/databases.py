"""Databases that the bench makes for itself and drops again."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql


class CannotMeasure(Exception):
    """Something that the bench needs is not there; the text is a sentence."""


@dataclass(frozen=True)
class Database:
    """`url` is empty for SQLite, which lives in the state folder."""

    url: str
    state_dir: Path


@contextmanager
def sqlite_database(name: str) -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix=f"portal-bench-{name}-") as folder:
        yield Database("", Path(folder))


@contextmanager
def postgres_database(server: str, name: str) -> Iterator[Database]:
    own = f"portal_bench_{name}_{os.getpid()}"
    run_on_server(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(own)))
    try:
        with tempfile.TemporaryDirectory(prefix=f"portal-bench-{name}-") as folder:
            yield Database(urlsplit(server)._replace(path=f"/{own}").geturl(), Path(folder))
    finally:
        run_on_server(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(own)))


def run_on_server(server: str, statement: sql.Composable) -> None:
    try:
        with closing(psycopg2.connect(server)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
    except psycopg2.OperationalError as problem:
        raise CannotMeasure(f"PostgreSQL does not let us in at {server}: {problem}") from problem
