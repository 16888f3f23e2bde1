"""Writing a visit: a new one or a saved one, by hand or by itself every so often."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from practices.models import Organisation
from visits import services
from visits.access import visit_in_scope, writable_practice
from visits.forms.together import VisitForms, blank_forms, sent_forms, unjudged_forms
from visits.kept import forget_kept_words, keeps_words, kept_words, writer_token
from visits.models import Action, Visit
from visits.permissions import Deed, require
from visits.presenters.form import conflict_page, form_page
from visits.records import VisitRecord, record_of
from visits.settling import choices_in, settle

WRITE = require_http_methods(["GET", "HEAD", "POST"])


@keeps_words
@never_cache
@WRITE
def log(request: HttpRequest, code: str) -> HttpResponse:
    practice = writable_practice(request, code, Deed.LOG)
    return _Writing(request, practice, None).answer()


@keeps_words
@never_cache
@WRITE
def edit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    visit = visit_in_scope(request, visit_id)
    if request.method == "POST":
        # Whether this state may still be changed is for the service to say: a save sent twice must not fail.
        require(request.user, Deed.LOG, visit.practice)
    else:
        require(request.user, Deed.LOG, visit.practice, visit)
    return _Writing(request, visit.practice, visit).answer()


class _Writing:
    """One request to write a visit, with what the form needs to know of the practice."""

    def __init__(self, request: HttpRequest, practice: Organisation, visit: Visit | None) -> None:
        self.request = request
        self.practice = practice
        self.visit = visit
        self.new_id = uuid4()
        self.last = self._last_record()
        unfinished = Action.objects.for_user(request.user).filter(practice=practice).unfinished()
        self.earlier = list(unfinished.exclude(visit=self._visit_id()) if self._visit_id() else unfinished)

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._show(self._opening())
        data = self.request.POST
        if "add_action" in data:
            return self._show(self._unjudged(data, more_rows=1))
        found = sent_forms(data, last=self.last, earlier=self.earlier)
        autosave = bool(self.request.headers.get("X-Autosave"))
        if not found.are_valid():
            return _problem(found.problems()[0], 422) if autosave else self._show(found)
        try:
            saved = self._save(found, autosave=autosave)
        except services.ConflictError as conflict:
            if autosave:
                return _problem("Somebody changed this visit after you opened it. Press Save to see both texts.", 409)
            return render(self.request, "visits/conflict.html", conflict_page(conflict, data), status=409)
        except services.NotPossibleError as error:
            if autosave:
                return _problem(str(error), 422)
            found.form.add_error(error.field if error.field in found.form.fields else None, str(error))
            return self._show(found)
        return self._saved(saved, autosave=autosave)

    @transaction.atomic
    def _save(self, found: VisitForms, *, autosave: bool) -> Visit:
        """The record, and what was declared harmless. What became of earlier actions waits for a person's own save."""
        data, by = found.form.cleaned_data, self.request.user
        record = found.record()
        choices = choices_in(self.request.POST)
        if choices and self.visit:
            record = settle(record_of(self.visit), record, choices)
        visit = services.log_visit(
            practice=self.practice,
            visit_id=self.visit.pk if self.visit else data["visit_id"],
            record=record,
            version=data["version"],
            by=by,
            steps=() if autosave else found.steps(),
        )
        services.keep_overrides(subject=visit, overrides=found.overrides(), by=by)
        return visit

    def _saved(self, visit: Visit, *, autosave: bool) -> HttpResponse:
        words = f"{timezone.localtime(visit.saved_at):%H:%M}"
        forget_kept_words(self.request)
        if autosave:
            url = reverse("visits:edit", args=[visit.pk])
            return JsonResponse({"saved": words, "version": visit.version, "url": url})
        if self.request.POST.get("then") == "sign_off" and visit.state == Visit.State.LOGGED:
            return redirect("visits:sign_off", visit.pk)
        messages.success(self.request, f"Saved on the server {words}.")
        may_go_on = visit.state == Visit.State.LOGGED
        return redirect("visits:edit" if may_go_on else "visits:visit", visit.pk)

    def _opening(self) -> VisitForms:
        kept = kept_words(self.request)
        if kept is not None:
            messages.warning(
                self.request,
                "You were signed out before this was saved. Your words are back: look at them and press Save.",
            )
            return self._unjudged(kept, more_rows=0)
        return blank_forms(visit=self.visit, new_id=self.new_id, last=self.last, earlier=self.earlier)

    def _unjudged(self, data: QueryDict, *, more_rows: int) -> VisitForms:
        return unjudged_forms(data, last=self.last, earlier=self.earlier, more_rows=more_rows)

    def _show(self, found: VisitForms) -> HttpResponse:
        context = form_page(found, practice=self.practice, visit=self.visit, earlier=self.earlier)
        context["writer"] = writer_token(self.request.user)
        return render(self.request, "visits/form.html", context)

    def _visit_id(self) -> Any:
        if self.visit:
            return self.visit.pk
        sent = self.request.POST.get("visit_id", "")
        try:
            return UUID(sent)
        except ValueError:
            return None

    def _last_record(self) -> VisitRecord | None:
        visits = Visit.objects.for_user(self.request.user).made().filter(practice=self.practice)
        visits = visits.prefetch_related("discussions", "barriers", "evidence", "actions")
        if self._visit_id():
            visits = visits.exclude(pk=self._visit_id())
        last = visits.first()
        return record_of(last) if last else None


def _problem(words: str, status: int) -> JsonResponse:
    return JsonResponse({"problem": words}, status=status)
