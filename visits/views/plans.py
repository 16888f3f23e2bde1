from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest
from accounts.models import User
from practices.models import Organisation
from visits import services
from visits.access import visit_in_scope, writable_practice
from visits.forms import PlanForm
from visits.models import Visit
from visits.permissions import Deed, require
from visits.presenters.form import crumbs


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: PersonRequest, code: str) -> HttpResponse:
    practice = writable_practice(request, code, Deed.PLAN)
    seen = Visit.objects.for_user(request.user).made().filter(practice=practice).exists()
    kind = Visit.Kind.FOLLOW_UP if seen else Visit.Kind.FIRST
    return _plan(request, practice, None, {"visit_id": uuid4(), "version": 0, "kind": kind})


@require_http_methods(["GET", "HEAD", "POST"])
def change_plan(request: PersonRequest, visit_id: UUID) -> HttpResponse:
    found = visit_in_scope(request, visit_id)
    require(request.user, Deed.PLAN, found.practice, found)
    initial = {name: getattr(found, name) for name in ("version", "on", "starts_at", "kind", "purpose")}
    return _plan(request, found.practice, found, {"visit_id": found.pk, **initial})


def _plan(request: PersonRequest, practice: Organisation, found: Visit | None, initial: dict[str, Any]) -> HttpResponse:
    form = PlanForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            visit = _save(practice, found, form, request.user)
        except services.NotOwnError as error:
            form.refuse_id("visit_id", str(error), found.pk if found else uuid4())
            return _page(request, practice, found, form)
        except services.ConflictError as conflict:
            messages.warning(request, "Somebody changed this plan after you opened it. This is how it stands now.")
            return redirect("visits:change_plan", conflict.visit.pk)
        messages.success(request, "The visit is planned.")
        return redirect("visits:visit", visit.pk)
    return _page(request, practice, found, form)


def _page(request: PersonRequest, practice: Organisation, found: Visit | None, form: PlanForm) -> HttpResponse:
    context = {
        "form": form,
        "practice": practice,
        "title": "Change the plan" if found else "Plan a visit",
        "breadcrumbs": crumbs(practice, found),
    }
    return render(request, "visits/plan.html", context)


@transaction.atomic
def _save(practice: Organisation, found: Visit | None, form: PlanForm, by: User) -> Visit:
    data = form.cleaned_data
    if found and data["visit_id"] != found.pk:
        raise services.NotOwnError("Not saved: this was sent under the number of another visit.", [data["visit_id"]])
    visit = services.plan_visit(
        practice=practice,
        visit_id=data["visit_id"],
        version=data["version"],
        on=data["on"],
        starts_at=data["starts_at"],
        kind=data["kind"],
        purpose=data["purpose"],
        by=by,
    )
    services.keep_overrides(subject=visit, overrides=form.identifier_overrides, by=by)
    return visit
