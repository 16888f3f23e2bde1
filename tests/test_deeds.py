"""Every service that writes for somebody requires the deed of its app's table itself, whoever calls it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Not asked again: what follows from a deed that was required in the same transaction.
CONSEQUENCES = {
    "practices/services/figures.py": {"record_observation", "withdraw_observation"},
    "practices/services/imports.py": {"start"},
    "reports/services.py": {"remove_illustrative"},
    "visits/services/evidence.py": {"bring_evidence"},
    "visits/services/succession.py": {"move_to_successor", "end_with_practice"},
}
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for app in ("accounts", "practices", "visits", "reports")
    for path in [*ROOT.glob(f"{app}/services.py"), *ROOT.glob(f"{app}/services/*.py")]
)


def services_of(file: str) -> dict[str, ast.FunctionDef]:
    """Public functions that are done by somebody."""
    body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    functions = [each for each in body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")]
    return {each.name: each for each in functions if "by" in {argument.arg for argument in each.args.kwonlyargs}}


def requires(function: ast.FunctionDef) -> bool:
    calls = (each.func for each in ast.walk(function) if isinstance(each, ast.Call))
    return any(isinstance(call, ast.Name) and call.id.startswith("require") for call in calls)


@pytest.mark.parametrize("file", FILES)
def test_a_service_requires_its_deed(file):
    without = {name for name, function in services_of(file).items() if not requires(function)}

    assert without == CONSEQUENCES.get(file, set())


def test_the_services_are_found():
    assert {"accounts/services.py", "visits/services/visits.py", "practices/services/register.py"} <= set(FILES)
    assert "log_visit" in services_of("visits/services/visits.py")
