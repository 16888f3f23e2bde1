"""Scores are read for somebody, so that they come masked: only what computes them touches the bare rows."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
APPS = ("accounts", "core", "practices", "targets", "visits", "reports", "illustrative")
MASKED = {"Score", "AreaScore"}
# What writes scores, and what tells whether there are any.
COMPUTES = ("targets/scoring/", "targets/receivers.py", "targets/management/")


def read_bare(source: str) -> list[int]:
    """Lines that ask the manager of scores for anything but `for_user`."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
            continue
        model = node.value.value
        if node.value.attr in {"objects", "_default_manager"} and isinstance(model, ast.Name) and model.id in MASKED:
            lines += [node.lineno] if node.attr != "for_user" else []
    return lines


def test_scores_are_read_for_a_reader():
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "tests" not in path.parts]
    bare = {
        path.relative_to(ROOT).as_posix(): read_bare(path.read_text(encoding="utf-8"))
        for path in files
        if not path.relative_to(ROOT).as_posix().startswith(COMPUTES)
    }

    assert {file: lines for file, lines in bare.items() if lines} == {}


def test_a_bare_read_is_found():
    assert read_bare("Score.objects.for_user(reader).filter(rule=1)\nAreaScore.objects.filter(rule=1)") == [2]
