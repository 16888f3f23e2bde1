"""The portal's own words and parts for templates. A builtin: no template needs to load it."""

from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import months, wording

register = template.Library()

NOTHING = format_html(
    '<span aria-hidden="true">–</span><span class="nhsuk-u-visually-hidden">{}</span>',
    wording.NO_DATA,
)


# Words


@register.filter
def count(value: wording.Number | None) -> str:
    return NOTHING if value is None else wording.count(value)


@register.filter
def signed_count(value: int | None) -> str:
    return NOTHING if value is None else wording.signed_count(value)


@register.filter
def percent(value: wording.Number | None) -> str:
    """A proportion from 0 to 1 as "27.9%"."""
    return NOTHING if value is None else wording.percent(value)


@register.filter
def pp(value: wording.Number | None) -> str:
    """A difference of proportions as "+0.3 pp"."""
    return NOTHING if value is None else wording.points(value)


@register.filter
def month(value: date | None) -> str:
    return NOTHING if value is None else months.month_label(value)


@register.filter
def month_key(value: date) -> str:
    """2018-12, as addresses write a month."""
    return months.month_key(value)


@register.filter
def short_date(value: date | None) -> str:
    """25 Nov 2026, for tables; of a moment, the day at home."""
    if value is None:
        return NOTHING
    return months.short_date(timezone.localdate(value) if isinstance(value, datetime) else value)


@register.filter
def long_date(value: date | None) -> str:
    return NOTHING if value is None else months.long_date(value)


@register.simple_tag
def ratio(numerator: int | None, denominator: int | None) -> str:
    """The percentage with its numerator and denominator beneath."""
    if numerator is None or not denominator:
        return NOTHING
    return format_html(
        '{}<span class="portal-small"> {}</span>',
        wording.share(numerator, denominator),
        wording.of_words(numerator, denominator),
    )


@register.simple_tag
def state(value: str, within_margin: bool = False, reason: str = "") -> SafeString:
    """Word, shape and colour of a target's state; the reason says why there are no data."""
    words = wording.state_words(value, within_margin=bool(within_margin))
    small = format_html('<span class="portal-small"> {}</span>', reason) if reason else ""
    return format_html(
        '<span class="portal-state portal-state--{}"><span class="portal-state__shape" aria-hidden="true">{}</span>'
        '<span class="portal-state__words">{}{}</span></span>',
        words.style,
        words.shape,
        words.words,
        small,
    )


@register.filter
def unbroken(words: str) -> SafeString:
    """Words that break at their commas only: "Met, within margin" in two lines and never in three."""
    return format_html_join(", ", '<span class="portal-unbroken">{}</span>', ((part,) for part in words.split(", ")))


@register.simple_tag
def state_key() -> SafeString:
    """Which shape stands for which state, where a small screen shows the shapes of many targets in one line."""
    return format_html_join(
        " ",
        '<span class="portal-state portal-state--{}"><span class="portal-state__shape" aria-hidden="true">{}</span>'
        "{}</span>",
        ((look.style, look.shape, look.words) for look in wording.STATES.values()),
    )


# Addresses


def changed_query(context: Context, changes: dict[str, Any]) -> str:
    """The page's query string with some parameters changed; None takes one out. A change begins again at page 1."""
    query = context["request"].GET.copy()
    if "page" not in changes:
        query.pop("page", None)
    for key, value in changes.items():
        query.pop(key, None)
        for item in value if isinstance(value, list | tuple) else [value]:
            if item not in (None, ""):
                query.appendlist(key, str(item))
    return f"?{query.urlencode()}" if query else context["request"].path


def table_url(context: Context, changes: dict[str, Any]) -> str:
    """The same page with its table in another order or at another page of it; the reader stays at the table."""
    return f"{changed_query(context, changes)}#{context.get('table_id') or 'table'}"


@register.simple_tag(takes_context=True)
def query_url(context: Context, **changes: Any) -> str:
    return changed_query(context, changes)


@register.simple_tag(takes_context=True)
def sort_th(
    context: Context,
    column: str,
    label: str,
    numeric: bool = False,
    first: str = "",
    hint: str = "",
    by: str = "sort",
) -> SafeString:
    """A column's heading that sorts by link. The view may put the sort in force into the context as `sort`.

    `by` is another name in the address and the context, for a second table of a page. `first` is "-" where the first
    press should bring the largest to the top, as it does for numbers.
    """
    current = str(context.get(by) or context["request"].GET.get(by, ""))
    descending_first = (first or ("-" if numeric else "")) == "-"
    is_current = current.lstrip("-") == column
    descending = current.startswith("-")
    opposite = column if descending else f"-{column}"
    beginning = f"-{column}" if descending_first else column
    return SafeString(
        render_to_string(
            "components/sort_th.html",
            {
                "label": label,
                "hint": hint,
                "by": by,
                "numeric": numeric,
                "url": table_url(context, {by: opposite if is_current else beginning}),
                "aria_sort": ("descending" if descending else "ascending") if is_current else "",
                "arrow": ("▼" if descending else "▲") if is_current else "",
            },
        )
    )


@register.simple_tag(takes_context=True)
def sort_link(context: Context, column: str, label: str) -> SafeString:
    """Only the link, for lists that are not tables."""
    current = str(context.get("sort") or context["request"].GET.get("sort", ""))
    target = f"-{column}" if current == column else column
    mark = {column: " ▲", f"-{column}": " ▼"}.get(current, "")
    url = table_url(context, {"sort": target})
    return format_html('<a href="{}">{}<span aria-hidden="true">{}</span></a>', url, label, mark)


# Parts of pages


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page_obj: Page, label: str = "Pages") -> dict[str, Any]:
    paginator = page_obj.paginator
    numbers = [
        {
            "number": number if isinstance(number, int) else "",
            "url": table_url(context, {"page": number}) if isinstance(number, int) else "",
            "current": number == page_obj.number,
        }
        for number in paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    ]
    return {
        "label": label,
        "page": page_obj,
        "pages": numbers if paginator.num_pages > 1 else [],
        "previous_url": (
            table_url(context, {"page": page_obj.previous_page_number()}) if page_obj.has_previous() else ""
        ),
        "next_url": table_url(context, {"page": page_obj.next_page_number()}) if page_obj.has_next() else "",
    }


@register.inclusion_tag("components/context_bar.html", takes_context=True)
def context_bar(context: Context) -> dict[str, Any]:
    """Area, month and programme as three selects that write the address; nothing where the view gives no bar."""
    bar = context.get("context_bar") or {}
    groups: dict[str, list[dict[str, Any]]] = {}
    for area in bar.get("areas", []):
        groups.setdefault(area.get("group", ""), []).append(area)
    return {"bar": bar, "groups": list(groups.items())}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """What stands in the way, at the top of the page, each with a link that moves the focus to its field."""
    return {"forms": [form for form in forms if getattr(form, "errors", None)]}


@register.simple_block_tag
def nothing(content: str, title: str, action_url: str = "", action: str = "") -> SafeString:
    """Why there is nothing; what would bring it stands between the tags; the way there, if the reader may go it."""
    return SafeString(
        render_to_string(
            "components/empty.html",
            {"title": title, "words": SafeString(content.strip()), "action_url": action_url, "action": action},
        )
    )


@register.simple_tag(takes_context=True)
def form_page(
    context: Context,
    form: BaseForm,
    submit: str = "Save",
    action: str = "",
    cancel_url: str = "",
    method: str = "post",
    warning: bool = False,
) -> SafeString:
    """A whole form: fields, errors, the token and its buttons."""
    return SafeString(
        render_to_string(
            "components/form.html",
            {
                "form": form,
                "submit": submit,
                "action": action,
                "cancel_url": cancel_url,
                "method": method,
                "warning": warning,
            },
            request=context.get("request"),
        )
    )
