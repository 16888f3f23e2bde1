"""Writing a visit: a new one or a saved one, by hand or by itself every so often."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import PersonRequest
from practices.models import Organisation
from visits import services
from visits.access import visit_in_scope, writable_practice
from visits.forms.together import VisitForms, blank_forms, sent_forms, told_in, unjudged_forms
from visits.models import Action, Visit
from visits.permissions import Deed, require
from visits.presenters.form import conflict_page, form_page
from visits.records import VisitRecord, record_of
from visits.settling import choices_in, settle
from visits.unsent import forget_unsent_words, keeps_unsent, unsent_words, writer_token

WRITE = require_http_methods(["GET", "HEAD", "POST"])


@keeps_unsent
@never_cache
@WRITE
def log(request: PersonRequest, code: str) -> HttpResponse:
    practice = writable_practice(request, code, Deed.LOG)
    return _Writing(request, practice, None).answer()


@keeps_unsent
@never_cache
@WRITE
def edit(request: PersonRequest, visit_id: UUID) -> HttpResponse:
    visit = visit_in_scope(request, visit_id)
    if request.method == "POST":
        # Whether this state may still be changed is for the service to say: a save sent twice must not fail.
        require(request.user, Deed.LOG, visit.practice)
    else:
        require(request.user, Deed.LOG, visit.practice, visit)
    return _Writing(request, visit.practice, visit).answer()


class _Writing:
    """One request to write a visit, with what the form needs to know of the practice. `data` is what was sent."""

    def __init__(self, request: PersonRequest, practice: Organisation, visit: Visit | None) -> None:
        self.request = request
        self.practice = practice
        self.visit = visit
        self.new_id = uuid4()
        self.data: QueryDict = request.POST
        self.last = self._last_record()
        unfinished = Action.objects.for_user(request.user).filter(practice=practice).unfinished()
        self.earlier = list(unfinished.exclude(visit=self._visit_id()) if self._visit_id() else unfinished)

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._show(self._opening())
        if "add_action" in self.data:
            return self._show(self._unjudged(self.data, more_rows=1))
        autosave = bool(self.request.headers.get("X-Autosave"))
        found = self._judged(autosave=autosave)
        if not found.are_valid():
            return self._refused(found, autosave=autosave)
        try:
            saved = self._save(found, autosave=autosave)
        except services.ConflictError as conflict:
            if autosave:
                return _problem("Somebody changed this visit after you opened it. Press Save to see both texts.", 409)
            return render(self.request, "visits/conflict.html", vars(conflict_page(conflict, self.data)), status=409)
        except services.NotOwnError as error:
            found.refuse_ids(error.ids, str(error))
            return self._refused(found, autosave=autosave)
        except services.NotPossibleError as error:
            found.form.add_error(error.field if error.field in found.form.fields else None, str(error))
            return self._refused(found, autosave=autosave)
        return self._saved(saved, autosave=autosave)

    def _judged(self, *, autosave: bool) -> VisitForms:
        """What was sent, with a sentence for each id that is not of this visit and practice."""
        strange: list[str] = []
        if self.visit and self.data.get("visit_id") != str(self.visit.pk):
            self.data = self.data.copy()
            self.data["visit_id"] = str(self.visit.pk)
            strange = ["This was sent under the number of another visit. If it belongs to this one, press Save again."]
        found = sent_forms(self.data, last=self.last, earlier=self.earlier)
        found.are_valid()
        found.refuse([*strange, *self._not_taken(autosave=autosave)])
        return found

    def _not_taken(self, *, autosave: bool) -> list[str]:
        """What was said of actions that are none of the practice's earlier ones, or that ended otherwise meanwhile."""
        offered = {str(action.pk) for action in self.earlier}
        rest = [told for told in told_in(self.data) if told.id not in offered]
        if not rest:
            return []
        finished = Action.objects.for_user(self.request.user).exclude(state__in=Action.UNFINISHED)
        ids = [found for told in rest if (found := _uuid(told.id))]
        ended = {str(action.pk): action for action in finished.filter(practice=self.practice, pk__in=ids)}
        sentences = [told.not_taken(ended.get(told.id), asked=not autosave) for told in rest]
        return [sentence for sentence in sentences if sentence]

    def _refused(self, found: VisitForms, *, autosave: bool) -> HttpResponse:
        return _problem(found.problems()[0], 422) if autosave else self._show(found)

    @transaction.atomic
    def _save(self, found: VisitForms, *, autosave: bool) -> Visit:
        """The record, and what was declared harmless. What became of earlier actions waits for a person's own save."""
        data, by = found.form.cleaned_data, self.request.user
        record = found.record()
        choices = choices_in(self.data)
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
        forget_unsent_words(self.request)
        if autosave:
            url = reverse("visits:edit", args=[visit.pk])
            return JsonResponse({"saved": words, "version": visit.version, "url": url})
        if self.data.get("then") == "sign_off" and visit.state == Visit.State.LOGGED:
            return redirect("visits:sign_off", visit.pk)
        messages.success(self.request, f"Saved on the server {words}.")
        may_go_on = visit.state == Visit.State.LOGGED
        return redirect("visits:edit" if may_go_on else "visits:visit", visit.pk)

    def _opening(self) -> VisitForms:
        kept = unsent_words(self.request)
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
        writer = writer_token(self.request.user)
        page = form_page(found, practice=self.practice, visit=self.visit, earlier=self.earlier, writer=writer)
        return render(self.request, "visits/form.html", vars(page))

    def _visit_id(self) -> UUID | None:
        return self.visit.pk if self.visit else _uuid(self.data.get("visit_id", ""))

    def _last_record(self) -> VisitRecord | None:
        visits = Visit.objects.for_user(self.request.user).made().filter(practice=self.practice)
        visits = visits.prefetch_related("discussions", "barriers", "evidence", "actions")
        if self._visit_id():
            visits = visits.exclude(pk=self._visit_id())
        last = visits.first()
        return record_of(last) if last else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _problem(words: str, status: int) -> JsonResponse:
    return JsonResponse({"problem": words}, status=status)
