"""The browser's check for identifiers is the server's: the same texts, the same findings."""

import base64
import json

import pytest
from django.conf import settings

from core.identifiers import find_identifiers
from core.tests.test_identifiers import CASES, SHAPES, issued_number

pytestmark = pytest.mark.browser


def test_the_browsers_check_finds_the_same(page, shared_dir):
    vectors = json.loads((shared_dir / "vectors" / "nhs_number.json").read_text())
    digits = issued_number()
    texts = [case["text"] for case in vectors["texts"]] + [case["number"] for case in vectors["numbers"]]
    texts += [text for text, _ in CASES]
    texts += [shape.format(digits[:3], digits[3:6], digits[6:]) for shape in SHAPES]
    source = (settings.BASE_DIR / "static" / "portal" / "js" / "identifiers.js").read_bytes()
    address = "data:text/javascript;base64," + base64.b64encode(source).decode()

    found = page.evaluate(
        """async ([address, texts]) => {
             const check = await import(address);
             return texts.map(check.findIdentifiers);
           }""",
        [address, texts],
    )

    for text, findings in zip(texts, found, strict=True):
        expected = [(f.start, f.end, f.kind.value, f.severity.value) for f in find_identifiers(text)]
        assert [(f["start"], f["end"], f["kind"], f["severity"]) for f in findings] == expected, text
