from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from targets.models import Programme, TargetRule
from targets.programmes import DefinitionError, load
from targets.programmes.definitions import read_all

pytestmark = pytest.mark.django_db

RULE: dict[str, Any] = {
    "target": "registration",
    "version": 1,
    "from": date(2016, 4, 1),
    "measured": "ratio",
    "numerator": ["online_patients"],
    "denominator": ["list_size"],
    "threshold": "0.20",
    "unit": "patients",
    "title": "A fifth",
    "definition": "A fifth of the list.",
    "source": "POMI",
    "author": "The programme",
}


def written(folder: Path, *rules: dict[str, Any], **changes: Any) -> Path:
    programme = {"slug": "one", "name": "One", "words": "Words.", "default": True, "rules": list(rules)} | changes
    (folder / "one.yaml").write_text(yaml.safe_dump(programme), encoding="utf-8")
    return folder


def test_the_portal_s_own_programmes_load_and_load_again() -> None:
    load()
    first = list(TargetRule.objects.order_by("pk").values())
    load()

    assert list(TargetRule.objects.order_by("pk").values()) == first
    assert Programme.objects.get(is_default=True).slug == "ettf-london"
    assert TargetRule.objects.filter(programme__slug="ettf-london").count() == 5
    aims = TargetRule.objects.filter(programme__slug__startswith="national", target="registration")
    assert [f"{rule.threshold:.2f}" for rule in aims.order_by("effective_from")] == ["0.10", "0.20", "0.30"]
    assert all(rule.definition and rule.author and rule.source_words for rule in TargetRule.objects.all())
    words_only = Programme.objects.filter(rules=None).values_list("slug", flat=True)
    assert set(words_only) == {"gp-contract-2019-20", "gp-contract-2025"}


def test_conflicts_of_the_guide_with_the_contract_are_noted() -> None:
    by_target = {rule.target: rule for programme in read_all() for rule in programme.rules if programme.is_default}

    assert "March 2015" in by_target["dcr"].note
    assert "as per contract" in by_target["registration"].note


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"target": "smiles"}, "no target 'smiles'"),
        ({"numerator": ["smiles"]}, "no count named smiles"),
        ({"numerator": ["dcr_status"]}, "no count named dcr_status"),
        ({"numerator": ["bookings"]}, "all its columns from POMI or all from practice returns"),
        ({"denominator": []}, "needs columns"),
        ({"threshold": None}, "needs a threshold"),
        ({"threshold": "1.5"}, "needs a threshold"),
        ({"threshold": "a fifth"}, "not a threshold"),
        ({"threshold": 0.2}, "in quotation marks"),
        ({"direction": "sideways"}, "direction"),
        ({"measured": "feeling"}, "measured by one of"),
        ({"measured": "status"}, "its numerator is a function status"),
        ({"measured": "evidence"}, "its numerator is a date of evidence"),
        ({"to": date(2015, 1, 1)}, "ends before it begins"),
        ({"from": "last spring"}, "not a date"),
        ({"title": ""}, "missing entries: title"),
        ({"colour": "blue"}, "unknown entries: colour"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_words(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DefinitionError, match=sentence):
        load(written(tmp_path, RULE | changes))
    assert not TargetRule.objects.exists()


def test_versions_may_not_overlap(tmp_path: Path) -> None:
    second = RULE | {"version": 2, "from": date(2018, 4, 1)}
    with pytest.raises(DefinitionError, match="versions 1 and 2 of registration overlap"):
        load(written(tmp_path, RULE, second))
    load(written(tmp_path, RULE | {"to": date(2018, 3, 31)}, second))

    assert TargetRule.objects.count() == 2


def test_a_version_stands_there_once(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="twice"):
        load(written(tmp_path, RULE, RULE))


def test_a_version_that_is_there_cannot_change(tmp_path: Path) -> None:
    load(written(tmp_path, RULE))
    with pytest.raises(DefinitionError, match="cannot change"):
        load(written(tmp_path, RULE | {"threshold": "0.25"}))

    assert str(TargetRule.objects.get().threshold) == "0.2000"


def test_a_rule_that_an_administrator_ended_stays_ended_and_may_be_followed(tmp_path: Path) -> None:
    load(written(tmp_path, RULE))
    TargetRule.objects.update(effective_to=date(2019, 3, 31))
    load(written(tmp_path, RULE))
    assert TargetRule.objects.get().effective_to == date(2019, 3, 31)

    later = RULE | {"version": 2, "from": date(2019, 4, 1), "threshold": "0.40"}
    load(written(tmp_path, RULE | {"to": date(2019, 3, 31)}, later))
    assert TargetRule.objects.count() == 2


def test_a_version_of_the_file_may_not_overlap_with_one_of_the_portal(tmp_path: Path) -> None:
    load(written(tmp_path, RULE))
    with pytest.raises(DefinitionError, match="overlap"):
        load(written(tmp_path, RULE | {"version": 2, "from": date(2019, 4, 1)}))


def test_there_is_one_default_programme(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="one programme must be the default"):
        load(written(tmp_path, RULE, default=False))


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("slug: [", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"broken\.yaml is not YAML"):
        load(tmp_path)
