import gzip
import re
from datetime import date, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils.html import escape

from core.models import PortalState
from core.navigation import NAVIGATION, Way

pytestmark = pytest.mark.urls("core.tests.frame_urls")
TEMPLATES = Path(settings.BASE_DIR) / "templates"


class Reader:
    is_authenticated = True
    name = "Amina Khan"

    def __init__(self, role: str = "administrator") -> None:
        self.role = role

    def get_role_display(self) -> str:
        return self.role.replace("_", " ").capitalize()

    def scope_label(self) -> str:
        return "all of London"


def request_of(user: object, path: str = "/", **query: str) -> HttpRequest:
    request = RequestFactory().get(path, query)
    request.user = user  # type: ignore[assignment]
    return request


def page(user: object, path: str = "/", template: str = "errors/404.html", **context: Any) -> str:
    return render_to_string(template, context, request=request_of(user, path))


def snippet(source: str, *, query: dict[str, str] | None = None, **context: Any) -> str:
    request = request_of(Reader(), "/practices/", **(query or {}))
    return Template(source).render(Context({"request": request, **context}))


class VisitForm(forms.Form):
    name = forms.CharField(label="Practice name", help_text="As on the door")
    ods = forms.CharField(label="ODS code")
    minutes = forms.IntegerField(label="Minutes")
    kind = forms.ChoiceField(label="Kind", choices=[("f", "First"), ("u", "Follow-up")], widget=forms.RadioSelect)
    met = forms.MultipleChoiceField(label="People met", choices=[("m", "Manager")], widget=forms.CheckboxSelectMultiple)
    checked = forms.BooleanField(label="No patient is named", help_text="Names or numbers")
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"placeholder": "Type here"}), required=False)

    def clean(self) -> None:
        raise forms.ValidationError("The end is before the start.")


# The frame


@pytest.mark.django_db
def test_frame_names_the_reader_role_and_scope() -> None:
    html = page(Reader())

    assert "<title>Page not found – London GP online services</title>" in " ".join(html.split())
    assert 'href="#maincontent"' in html
    assert 'id="maincontent"' in html
    assert "Amina Khan" in html
    assert "Administrator, all of London" in html
    assert 'action="/account/logout/" method="post"' in html


@pytest.mark.django_db
def test_a_stranger_sees_neither_search_nor_ways() -> None:
    html = page(AnonymousUser())

    assert "<nav" not in html
    assert "<search" not in html
    assert "Sign out" not in html
    assert "htmx" not in html.replace("htmx-config", "")


@pytest.mark.django_db
def test_a_stranger_cannot_tell_forbidden_from_missing() -> None:
    titles = [
        re.findall(r"<(?:title|h1)>(.*?)</", page(AnonymousUser(), template=f"errors/{code}.html"))
        for code in (403, 404)
    ]

    assert titles[0] == titles[1]


@pytest.mark.django_db
def test_navigation_marks_where_the_reader_is() -> None:
    html = page(Reader("facilitator"), "/practices/G85001/")

    assert re.findall(r'<a class="portal-nav__link" href="(.*?)"\s+aria-current="(.*?)">', html) == [
        ("/practices/", "true")
    ]


@pytest.mark.django_db
def test_an_entry_that_stands_for_several_pages_shows_them_beneath() -> None:
    html = page(Reader(), "/people/")

    assert re.findall(r'<a class="portal-nav__link" href="(.*?)"\s+aria-current="(.*?)">(.*?)</a>', html) == [
        ("/people/", "true", "People and audit"),
        ("/people/", "page", "People"),
    ]
    assert '<nav class="portal-nav portal-nav--beneath" aria-label="People and audit">' in html


@pytest.mark.django_db
def test_illustrative_figures_say_so_on_every_page() -> None:
    assert "Illustrative data, made up" not in page(Reader())

    PortalState.current()
    PortalState.objects.update(illustrative=True)

    assert "Illustrative data, made up" in page(Reader())


@pytest.mark.parametrize("role", NAVIGATION)
def test_no_role_has_more_than_six_ways(role: str) -> None:
    assert 1 <= len(NAVIGATION[role]) <= 6
    first = NAVIGATION[role][0]
    assert isinstance(first, Way)
    assert first.url_name == "targets:start"


def test_the_page_of_a_failure_needs_no_database() -> None:
    html = render_to_string("errors/500.html", {"request_id": "4f1c"}, request=request_of(AnonymousUser()))

    assert "4f1c" in html


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_is_sound_and_holds_no_inline_style_or_script(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    get_template(str(path.relative_to(TEMPLATES)))
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", source)
    assert [line for line in source.splitlines() if len(line) > 120] == []


def test_a_first_visit_weighs_less_than_it_may() -> None:
    static = Path(settings.BASE_DIR) / "static"
    htmx = Path(__import__("django_htmx").__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    files = [*(static / "portal" / "css").glob("*.css"), static / "portal" / "js" / "portal.js", htmx]
    files += [static / "vendor" / "nhsuk" / name for name in ("nhsuk.css", "nhsuk.js")]
    if not files[-1].exists():
        pytest.fail("Run manage.py build_assets first.")

    weight = sum(len(gzip.compress(file.read_bytes())) for file in files)

    assert weight < 80 * 1024, "leave 40 KB of the promised 120 KB to the page and its charts"


# Words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% state 'met' %}", "Met"),
        ("{% state 'met' within_margin=True %}", "Met, within margin"),
        ("{% state 'not_met' True %}", "Not met, within margin"),
        ("{% state 'no_data' reason='not reported' %}", "No data"),
        ("{% state 'not_applicable' %}", "Not applicable"),
    ],
)
def test_state_is_word_and_hidden_shape(source: str, words: str) -> None:
    html = snippet(source)

    assert f">{words}<" in html
    assert 'aria-hidden="true"' in html


def test_filters_word_figures_and_dates() -> None:
    html = snippet(
        "{{ a|count }} {{ b|percent }} {{ c|pp }} {{ d|month }} {{ d|long_date }} {% ratio 4574 12398 %}",
        a=12398,
        b=0.2787,
        c=0.003,
        d=date(2018, 12, 31),
    )

    assert "12,398 27.9% +0.3 pp Dec 2018 31 December 2018 36.9%" in html
    assert "4,574 of 12,398" in html


@pytest.mark.parametrize(
    "source", ["{{ x|count }}", "{{ x|percent }}", "{{ x|pp }}", "{{ x|month }}", "{% ratio x 3 %}"]
)
def test_what_is_missing_is_said_not_shown_as_zero(source: str) -> None:
    html = snippet(source, x=None)

    assert "no data" in html
    assert "0" not in html


def test_texts_are_escaped() -> None:
    hostile = "<b>&"

    html = snippet("{% state 'no_data' reason=x %}{% sort_th x x %}", x=hostile)

    assert "<b>" not in html
    assert escape(hostile) in html


# Addresses


def test_query_url_keeps_the_rest_and_begins_again_at_page_one() -> None:
    html = snippet("{% query_url month='2018-12' state=None %}", query={"state": "met", "q": "vale", "page": "3"})

    assert html == "?q=vale&amp;month=2018-12"


def test_sorted_column_says_so_and_turns_round() -> None:
    html = snippet(
        "{% sort_th 'gap' 'To target' numeric=True %}{% sort_th 'name' 'Practice' %}", query={"sort": "-gap"}
    )

    assert html.count("aria-sort") == 1
    assert 'aria-sort="descending"><a class="portal-sort__link" href="?sort=gap#table"' in html
    assert 'href="?sort=name#table"' in html


def test_numbers_sort_largest_first() -> None:
    assert 'href="?sort=-gap#table"' in snippet("{% sort_th 'gap' 'To target' numeric=True %}")


def test_pagination_leaves_gaps_and_marks_the_page() -> None:
    html = snippet("{% pagination page %}", page=Paginator(range(1242), 50).page(12), query={"q": "vale"})

    assert 'href="?q=vale&amp;page=12#table" aria-current="page"' in html
    assert html.count("…") == 2
    assert "Showing 551 to 600 of 1,242" in html


def test_one_page_has_no_pagination() -> None:
    assert "<nav" not in snippet("{% pagination page %}", page=Paginator(range(3), 50).page(1))


def test_context_bar_groups_areas_and_marks_the_choice() -> None:
    bar = {
        "action": "/go/",
        "areas": [
            {"value": "london", "label": "London"},
            {"value": "ccg:08L", "label": "NHS Lewisham CCG", "group": "CCGs"},
        ],
        "area": "ccg:08L",
        "data_line": "Data to 31 December 2018 (POMI), imported 3 May",
    }

    html = snippet("{% context_bar %}", context_bar=bar)

    assert '<optgroup label="CCGs">' in html
    assert '<option value="ccg:08L" selected>' in html
    assert "Data to 31 December 2018" in html
    assert snippet("{% context_bar %}").strip() == ""


# Forms


@pytest.mark.django_db
def test_errors_are_summed_up_and_lead_to_their_fields() -> None:
    form = VisitForm({})
    html = render_to_string("account/password_reset.html", {"form": form}, request=request_of(AnonymousUser()))

    assert "<title>Error: " in html
    links = re.findall(r'<li><a href="#(.*?)">(.*?)</a>', html)
    assert links == [
        ("form-errors", "The end is before the start."),
        ("id_name", "Enter practice name"),
        ("id_ods", "Enter ODS code"),
        ("id_minutes", "Enter minutes"),
        ("id_kind_0", "Choose kind"),
        ("id_met_0", "Choose people met"),
        ("id_checked", "Tick “No patient is named”"),
    ]
    for target, _ in links:
        assert f'id="{target}"' in html


def test_hint_and_error_are_tied_to_their_field() -> None:
    html = snippet("{{ form|crispy }}", form=VisitForm({}))

    described = {name for names in re.findall(r'aria-describedby="(.*?)"', html) for name in names.split()}
    assert "id_name_helptext" in described
    assert "id_kind_error" in described
    assert {name for name in described if f'id="{name}"' not in html} == set()
    ids = re.findall(r'\sid="(.*?)"', html)
    assert len(ids) == len(set(ids))


def test_fields_wear_their_classes_and_no_placeholder() -> None:
    html = snippet("{{ form|crispy }}", form=VisitForm())

    assert re.search(r'<input type="number" name="minutes"[^>]*class="nhsuk-input"[^>]*inputmode="numeric"', html)
    assert '<textarea name="note"' in html
    assert "nhsuk-textarea" in html
    assert "nhsuk-radios__input" in html
    assert "nhsuk-checkboxes__input" in html
    assert "placeholder" not in html
    assert "(optional)" in html


def test_dates_and_times_use_the_browsers_pickers() -> None:
    class When(forms.Form):
        day = forms.DateField(initial=date(2018, 12, 31))
        start = forms.TimeField(initial=time(9, 5))

    html = snippet("{{ form|crispy }}", form=When())

    assert '<input type="date" name="day" value="2018-12-31"' in html
    assert '<input type="time" name="start" value="09:05"' in html
    assert When({"day": "2018-12-31", "start": "09:05"}).is_valid()


def test_form_page_carries_its_token_and_buttons() -> None:
    request = request_of(Reader())
    source = "{% form_page form submit='Save and go on' cancel_url='/practices/' %}"

    html = Template(source).render(Context({"request": request, "form": VisitForm()}))

    assert "csrfmiddlewaretoken" in html
    assert ">Save and go on</button>" in html
    assert '<a href="/practices/">Cancel</a>' in html


def test_tile_shows_no_number_where_there_is_none() -> None:
    tile = SimpleNamespace(title="Utilisation", value="0.0%", state="no_data", reason="no practice return")

    html = render_to_string("components/tile.html", {"tile": tile})

    assert "0.0%" not in html
    assert "no practice return" in html
