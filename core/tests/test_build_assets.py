from io import StringIO
from pathlib import Path

from django.core.management import call_command


def build(target: Path) -> str:
    out = StringIO()
    call_command("build_assets", target=target, stdout=out)
    return out.getvalue()


def test_assets_come_without_web_font_and_source_map(tmp_path: Path) -> None:
    build(tmp_path)

    style = (tmp_path / "nhsuk" / "nhsuk.css").read_text(encoding="utf-8")
    script = (tmp_path / "nhsuk" / "nhsuk.js").read_text(encoding="utf-8")
    assert ".nhsuk-button" in style
    assert "@font-face" not in style
    assert "https://" not in style
    assert "sourceMappingURL" not in style + script
    assert script.rstrip().endswith("};")
    assert (tmp_path / "plotly" / "plotly.min.js").stat().st_size > 1_000_000


def test_a_second_run_touches_nothing(tmp_path: Path) -> None:
    build(tmp_path)
    style = tmp_path / "nhsuk" / "nhsuk.css"
    style.write_text("as it was", encoding="utf-8")

    assert "up to date" in build(tmp_path)
    assert style.read_text(encoding="utf-8") == "as it was"


def test_a_build_that_broke_off_is_made_again(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "built.json").write_text("{}", encoding="utf-8")
    (tmp_path / "nhsuk" / "nhsuk.css").unlink()

    build(tmp_path)

    assert (tmp_path / "nhsuk" / "nhsuk.css").exists()
