import json
import random
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from core.identifier_forms import TICK, IdentifierCheckMixin, IdentifierOverride
from core.identifiers import Finding, Kind, Severity, find_identifiers, is_nhs_number

# Never issued: the ranges from 999 are for tests. A number that could be somebody's is made while the test runs.
NUMBER = "999 028 2900"

# (text, the kinds found in it), beside the shared vectors.
CASES = [
    ("NHS9990282900x", ["nhs_number"]),
    ("scan_9990282900.pdf", ["nhs_number"]),
    ("999\u00a0028\u00a02900", ["nhs_number"]),
    ("999\u2011028\u20112900", ["nhs_number"]),
    ("999  028  2900", ["nhs_number"]),
    ("9990282900 and 999 000 0018", ["nhs_number", "nhs_number"]),
    ("999 0282 900", []),
    ("0999 028 2900", []),
    ("999 028 29001", []),
    ("0000000000", []),
    ("DOB 14/08/1957", ["date_of_birth"]),
    ("d.o.b.: 1.2.57", ["date_of_birth"]),
    ("date of birth is 1957-08-14", ["date_of_birth"]),
    ("born on 3rd March 1957", ["date_of_birth"]),
    ("The rota begins on 14/08/2017", []),
    ("reborn in 2017", []),
    ("aged 54, lives at SE13 7HY", ["postcode_with_age"]),
    ("SE137HY, a 54-year-old carer", ["postcode_with_age"]),
    ("The surgery is at SE13 7HY", []),
    ("patients aged 16 and over", []),
    (
        "SE13 7HY. The practice has a new telephone message and posters in both of its waiting rooms now. age 16",
        [],
    ),
    ("Spoke to Mrs O’Brien-Smith", ["titled_name"]),
    ("Mr. Ångström called", ["titled_name"]),
    ("DOB 14/08/1957, Ms Patel, 999-028-2900", ["date_of_birth", "titled_name", "nhs_number"]),
    ("Dr Patel leads on this", []),
    ("Miss targets again", []),
    ("600 ms delay", []),
    ("", []),
]
SHAPES = ["{}{}{}", "{} {} {}", "{}-{}-{}", "{}.{}.{}", "{}\u00a0{}\u00a0{}"]


@pytest.fixture(scope="session")
def vectors(shared_dir: Path):
    return json.loads((shared_dir / "vectors" / "nhs_number.json").read_text())


def issued_number() -> str:
    """A number of a range that is given out, valid by its check digit; made here and never written down."""
    source = random.Random(7)
    while True:
        digits = "4" + "".join(source.choice("0123456789") for _ in range(9))
        if is_nhs_number(digits):
            return digits


def test_the_check_digit_decides(vectors):
    assert vectors["numbers"]
    for case in vectors["numbers"]:
        assert is_nhs_number(case["number"]) is case["mod11_valid"], case["number"]
        assert bool(find_identifiers(case["number"])) is case["mod11_valid"], case["number"]


def test_texts_are_flagged_as_the_vectors_say(vectors):
    assert vectors["texts"]
    for case in vectors["texts"]:
        kinds = [finding.kind for finding in find_identifiers(case["text"])]
        assert kinds == ([Kind.NHS_NUMBER] if case["flag"] else []), case["why"]


@pytest.mark.parametrize(("text", "kinds"), CASES)
def test_findings(text, kinds):
    assert [finding.kind for finding in find_identifiers(text)] == kinds


@pytest.mark.parametrize("shape", SHAPES)
def test_a_number_that_could_be_somebodys_stops(shape):
    digits = issued_number()
    text = "Seen: " + shape.format(digits[:3], digits[3:6], digits[6:]) + " today"

    (finding,) = find_identifiers(text)

    assert finding.severity is Severity.STOP
    assert "".join(letter for letter in text[finding.start : finding.end] if letter.isdigit()) == digits


def test_a_number_made_for_tests_weighs_less():
    assert [finding.severity for finding in find_identifiers(NUMBER)] == [Severity.WARN]


@pytest.mark.parametrize("digits", ["", "123", "1111111111", "99902829000"])
def test_what_is_not_a_number(digits):
    assert not is_nhs_number(digits)


def test_about_one_in_eleven_random_strings_passes():
    source = random.Random(1)
    passed = sum(is_nhs_number(f"{source.randrange(10**10):010}") for _ in range(11_000))

    assert 900 < passed < 1100


def test_a_finding_never_tells_what_it_found():
    (finding,) = find_identifiers(f"about {NUMBER}")

    for words in (repr(finding), str(finding), f"{finding}"):
        assert "2900" not in words
    assert finding == Finding(6, 18, Kind.NHS_NUMBER, Severity.WARN)


@pytest.mark.parametrize(
    "text", ["9" * 50_000, "999 " * 20_000, "born " * 20_000, "aged 5 SE13 7HY " * 1_000, "." * 50_000]
)
def test_a_hostile_text_takes_no_time(text):
    find_identifiers(text)


# Forms


class NoteForm(IdentifierCheckMixin, forms.Form):
    identifier_fields = ("note", "title", "photo")

    title = forms.CharField(required=False)
    note = forms.CharField(widget=forms.Textarea, required=False)
    photo = forms.FileField(required=False)
    unchecked = forms.CharField(required=False)

    def clean(self):
        """A form of one's own that forgets super().clean() is checked all the same."""
        return self.cleaned_data


def test_a_clean_form_has_no_further_fields():
    form = NoteForm({"note": "All went well"})

    assert form.is_valid()
    assert "identifier_override" not in form.fields
    assert form.identifier_overrides == []
    assert "identifier_override" not in NoteForm().fields


def test_a_hit_is_an_error_that_says_what_to_do():
    form = NoteForm({"note": f"about {NUMBER}", "unchecked": NUMBER})

    assert not form.is_valid()
    assert form.errors == {
        "note": [f"This looks like an NHS number. Take it out, or tick “{TICK}” and say why it is not one."]
    }
    assert {"identifier_override", "identifier_reason"} <= set(form.fields)


def test_an_override_with_a_reason_passes_and_is_kept_for_the_audit():
    sent = {
        "note": f"order {NUMBER}",
        "identifier_override": "on",
        "identifier_reason": " Number of the leaflet order ",
    }
    form = NoteForm(sent)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["note"] == f"order {NUMBER}"
    assert "identifier_override" not in form.cleaned_data
    assert form.identifier_overrides == [IdentifierOverride("note", ("nhs_number",), "Number of the leaflet order")]
    assert "2900" not in repr(form.identifier_overrides)


def test_an_override_needs_a_reason():
    form = NoteForm({"note": NUMBER, "identifier_override": "on", "identifier_reason": " "})

    assert not form.is_valid()
    assert list(form.errors) == ["identifier_reason"]
    assert form.identifier_overrides == []


def test_a_reason_without_the_tick_is_not_an_override():
    form = NoteForm({"note": NUMBER, "identifier_reason": "An order number"})

    assert list(form.errors) == ["note"]


def test_a_reason_must_not_repeat_the_match():
    form = NoteForm({"note": NUMBER, "identifier_override": "on", "identifier_reason": f"{NUMBER} is the order"})

    assert list(form.errors) == ["identifier_reason"]
    assert "2900" not in str(form.errors["identifier_reason"])


def test_a_softer_sign_needs_the_tick_alone():
    assert list(NoteForm({"note": "Mrs Patel"}).errors) == ["note"]

    form = NoteForm({"note": "Mrs Patel", "identifier_override": "on"})

    assert form.is_valid()
    assert form.identifier_overrides == [IdentifierOverride("note", ("titled_name",), "")]


def test_every_field_with_a_hit_is_named():
    form = NoteForm({"title": "DOB 14/08/1957", "note": f"Mrs Patel {NUMBER}"})

    assert sorted(form.errors) == ["note", "title"]
    assert len(form.errors["note"]) == 2


def test_the_name_of_a_file_is_checked():
    form = NoteForm({}, {"photo": SimpleUploadedFile("9990282900.jpg", b"x")})

    assert list(form.errors) == ["photo"]


def test_a_form_with_a_prefix_is_checked():
    form = NoteForm(
        {"visit-note": NUMBER, "visit-identifier_override": "on", "visit-identifier_reason": "x"}, prefix="visit"
    )

    assert form.is_valid()
    assert form.identifier_overrides
