"""Whatever people type is printed, or says that it could not be: no character fails a report."""

import io
import json
from collections.abc import Iterable
from unittest.mock import patch

import openpyxl
import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from core.legible import SUBSTITUTE
from core.models import PortalState
from practices.models import Doubt, Import, Organisation
from practices.tests.factories import DECEMBER
from reports import files, fonts, services
from reports.outlines import outlined
from reports.pdf import to_pdf
from reports.presenters.pages import story
from reports.snapshot import Snapshot, as_json, build
from reports.snapshot.texts import legible_snapshot, with_texts
from reports.tests.factories import World, make_world
from reports.tests.test_documents import inflated, rows_of
from reports.xlsx import to_xlsx
from targets.models import AreaScore, Score, TargetRule
from visits.models import Action
from visits.tests.factories import ActionFactory, VisitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

THUMB, BENGALI, CHINESE, WIDE = "Put a poster up 👍", "বাংলা leaflet", "中文 sign", "ＦＵＬＬ width"
BELL, POLISH, TURKISH, YORUBA, ARABIC = "Ring\x07the bell", "Łódź", "çağrı İşığı", "Ọ̀ṣun Ẹgbẹ́", "عيادة النور Clinic"
WORDS = (THUMB, BENGALI, CHINESE, WIDE, BELL, POLISH, TURKISH, YORUBA, ARABIC)
APPS = ("practices", "visits", "targets")


@pytest.fixture
def world() -> World:
    return make_world()


def with_words(world: World, words: Iterable[str]) -> World:
    """Each text is an action, and the names of the practices with most to gain are the hardest ones."""
    for day, text in enumerate(words, start=1):
        ActionFactory(
            practice=world.practices[day % 3],
            visit=VisitFactory(practice=world.practices[day % 3], on=DECEMBER.replace(day=5)),
            due_on=DECEMBER.replace(day=day),
            words=text,
        )
    for practice, name in zip(world.practices, (ARABIC, f"{BENGALI} 👍", f"{YORUBA} \x07"), strict=True):
        Organisation.objects.filter(pk=practice.pk).update(name=name)
    PortalState.figures_changed()
    return world


def face(snapshot: Snapshot) -> str:
    return render_to_string("reports/_story.html", {"story": story(snapshot)})


@pytest.mark.parametrize("area", [("borough", "lewisham"), ("region", "Y56")])
def test_a_report_is_made_whatever_its_words(world, area, django_capture_on_commit_callbacks):
    what = with_words(world, WORDS).what | {"area_kind": area[0], "area_code": area[1]}
    with django_capture_on_commit_callbacks(execute=True):
        report = services.request_report(**what, by=world.administrator)

    report.refresh_from_db()
    assert report.error == ""
    assert report.state == report.State.READY
    inside = inflated(files.path_of(report.pdf).read_bytes())
    for font in (b"NotoEmoji", b"NotoSansBengali", b"NotoSansArabic", b"NotoSansCJK"):
        assert font in inside, font
    book = openpyxl.load_workbook(files.path_of(report.xlsx))
    said = {row["What is to be done"] for row in rows_of(book["Actions"])}
    assert said == {*WORDS, "Ring\ufffdthe bell"} - {BELL}
    assert report.snapshot["lacking"] == ["U+0007"]


def test_what_is_stored_stays_as_it_was_typed(world):
    with_words(world, [BELL])
    build(**world.asked)

    assert Action.objects.filter(words=BELL).exists()


def test_the_document_says_what_it_could_not_show(world):
    snapshot = build(**with_words(world, [BELL]).asked)

    assert "1 character could not be shown and stands as \ufffd: U+0007." in face(snapshot)
    said = [cell.value for row in workbook(snapshot)["Summary"].iter_rows() for cell in row if cell.value]
    assert "1 character could not be shown and stands as \ufffd: U+0007." in said
    with patch("reports.pdf.pdf_of", wraps=fonts.pdf_of) as pdf_of:
        to_pdf(with_texts(snapshot, lambda text: text.replace("the bell", "\U00012000")))
    printed = pdf_of.call_args.args[1]
    assert printed["lacking"] == "2 different characters could not be shown and stand as \ufffd: U+0007, U+12000."


def test_a_document_that_shows_all_says_nothing(world):
    snapshot = build(**world.asked)

    assert snapshot.lacking == ()
    assert "could not be shown" not in face(snapshot)


def workbook(snapshot: Snapshot) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(snapshot)))


class TestFonts:
    @pytest.mark.parametrize("text", [*WORDS, "ไทย", "தமிழ்", "ગુજરાતી", "ਪੰਜਾਬੀ", "አማርኛ", "한국어", "ひらがな", "עברית"])
    def test_scripts_that_london_writes_are_printed(self, text):
        found, lacking = fonts.printable([text])

        assert found[text] == text.replace("\x07", SUBSTITUTE)
        assert lacking == ({"\x07"} if "\x07" in text else set())

    def test_what_no_font_has_is_replaced_and_told(self):
        found, lacking = fonts.printable(["cuneiform \U00012000, private \ue000"])

        assert list(found.values()) == ["cuneiform \ufffd, private \ufffd"]
        assert lacking == {"\U00012000", "\ue000"}

    def test_marks_that_no_font_has_together_do_not_fail(self):
        assert fonts.printable(["\u05a4\ua833\u034d"])[0] == {"\u05a4\ua833\u034d": SUBSTITUTE * 3}

    @pytest.mark.parametrize("text", ["a\x85b", "a\x0bb", "a\x0cb"])
    def test_white_space_of_other_machines_is_a_blank(self, text):
        assert fonts.printable([text]) == ({text: "a b"}, set())

    def test_plain_letters_need_no_trial(self):
        with patch("reports.fonts.pdf_of") as pdf_of:
            assert fonts.printable(["Vale & Sons’ – 5 %"]) == ({"Vale & Sons’ – 5 %": "Vale & Sons’ – 5 %"}, set())
        pdf_of.assert_not_called()


class TestOutlines:
    def test_words_that_pictures_cannot_hold_become_shapes(self):
        svg = (
            '<svg><text x="10" y="5" text-anchor="end" fill="#005eb8">বাংলা &amp; co</text><text x="1">Vale</text></svg>'
        )

        drawn = outlined(svg)

        assert "বাংলা" not in drawn
        assert '<g xmlns:xlink="http://www.w3.org/1999/xlink" fill="#005eb8" transform="translate(-' in drawn
        assert '<text x="1">Vale</text>' in drawn


def free_texts() -> list[tuple[type[models.Model], str]]:
    """Every field of the domain that a person or a file may fill with words. Scores hold codes that we write."""
    return [
        (model, field.name)
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        if model not in (Score, AreaScore)
        for field in model._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField) and not field.choices and not field.primary_key
    ]


def marked(world: World) -> dict[str, str]:
    """Puts a word of its own into every such field of what the report is made of; {word: field}."""
    chosen: dict[type[models.Model], list[models.Model]] = {
        Organisation: [*world.practices, world.ccg],
        type(world.borough): [world.borough],
        type(world.programme): [world.programme],
        TargetRule: list(TargetRule.objects.all()),
        Doubt: list(Doubt.objects.all()),
        Import: list(Import.objects.all()),
    }
    marks = {}
    for place, (model, field) in enumerate(free_texts()):
        word = f"q{place:03}z"
        for row in chosen.get(model, list(model._base_manager.all()[:3])):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row.pk).update(**{field: word})
                marks[word] = f"{model.__name__}.{field}"
            except DatabaseError:  # a key, or a field of a fixed form
                continue
    PortalState.figures_changed()
    return marks


def test_every_free_text_of_the_model_is_printed(world):
    practice = world.practices[1]
    ActionFactory(practice=practice, visit=VisitFactory(practice=practice, on=DECEMBER), due_on=DECEMBER)
    marks = marked(world)
    snapshot = build(**world.asked)
    said = json.dumps(as_json(snapshot))
    reached = {word: field for word, field in marks.items() if word in said}
    assert set(reached.values()) >= {
        *("Organisation.name", "Organisation.supplier", "Action.words", "Doubt.words", "Import.file_name"),
        *("Programme.name", "TargetRule.title", "TargetRule.definition", "TargetRule.note", "TargetRule.source_words"),
    }
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)

    @settings(max_examples=8)
    @given(st.lists(anything, min_size=len(reached), max_size=len(reached)))
    def printed(texts: list[str]) -> None:
        words = dict(zip(reached, texts, strict=True))

        def filled(text: str) -> str:
            for word, value in words.items():
                text = text.replace(word, f"x{value}")
            return text

        whole = legible_snapshot(with_texts(snapshot, filled))
        assert to_pdf(whole).startswith(b"%PDF")
        openpyxl.load_workbook(io.BytesIO(to_xlsx(whole)))
        assert "<h2" in face(whole)

    printed()
