from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest
from visits import services
from visits.access import action_in_scope, writable_practice
from visits.forms import ActionFilter, ActionForm, NewActionForm
from visits.forms.actions import empty_row
from visits.models import Action
from visits.permissions import Deed, may, require
from visits.presenters.form import crumbs
from visits.presenters.rows import action_rows

A_PAGE = 25
SORTS = {
    "due": ("due_on",),
    "-due": ("-due_on",),
    "practice": ("practice__name", "practice__code", "due_on"),
    "-practice": ("-practice__name", "-practice__code", "due_on"),
    "state": ("state", "due_on"),
    "-state": ("-state", "due_on"),
}


@require_safe
def action_list(request: PersonRequest) -> HttpResponse:
    today = timezone.localdate()
    filters = ActionFilter(request.GET, user=request.user)
    actions = Action.objects.for_user(request.user).select_related("practice", "owner")
    sort = request.GET.get("sort", "due")
    found = filters.narrow(actions, request.user, today).order_by(*SORTS.get(sort, SORTS["due"]), "pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "actions": action_rows(page, today),
        "sort": sort if sort in SORTS else "due",
        "keep": {"sort": sort if sort in SORTS else ""},
    }
    return render(request, "visits/actions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def action(request: PersonRequest, action_id: UUID) -> HttpResponse:
    found = action_in_scope(request, action_id)
    may_write = may(request.user, Deed.WRITE_ACTION, found.practice)
    if request.method == "POST":
        require(request.user, Deed.WRITE_ACTION, found.practice)
    names = ("version", "state", "barrier", "evidence", "dropped_reason", "due_on")
    form = ActionForm(request.POST or None, action=found, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid() and _change(request, found, form):
        return redirect("visits:action", found.pk)
    context = {
        "action": found,
        "row": action_rows([found], timezone.localdate())[0],
        "form": form if may_write else None,
        "practice": found.practice,
        "breadcrumbs": [{"label": "Actions", "url": reverse("visits:actions")}],
    }
    return render(request, "visits/action.html", context)


def _change(request: PersonRequest, found: Action, form: ActionForm) -> bool:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            services.change_action(
                action=found,
                version=data["version"],
                state=data["state"],
                barrier=data["barrier"],
                evidence=data["evidence"],
                dropped_reason=data["dropped_reason"],
                due_on=data["due_on"],
                by=request.user,
            )
            services.keep_overrides(subject=found, overrides=form.identifier_overrides, by=request.user)
    except services.ActionConflictError as error:
        form.add_error(None, str(error))
        return False
    except services.NotPossibleError as error:
        form.add_error(error.field or None, str(error))
        return False
    messages.success(request, "The action is changed.")
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def new_action(request: PersonRequest, code: str) -> HttpResponse:
    practice = writable_practice(request, code, Deed.WRITE_ACTION)
    form = NewActionForm(request.POST or None, initial=empty_row() | {"action_id": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = services.add_action(practice=practice, row=form.stated(), by=request.user)
                services.keep_overrides(subject=made, overrides=form.identifier_overrides, by=request.user)
        except services.NotOwnError as error:
            form.refuse_id("action_id", f"{error} Press the button again to add it as a new one.", uuid4())
        else:
            messages.success(request, "The action is written down.")
            return redirect("visits:action", made.pk)
    context = {
        "form": form,
        "practice": practice,
        "title": "Add an action",
        "submit": "Add the action",
        "breadcrumbs": crumbs(practice),
    }
    return render(request, "visits/small.html", context)
