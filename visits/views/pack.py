from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from visits.access import practice_in_scope
from visits.pack_facts import pack_facts
from visits.permissions import Deed, may
from visits.presenters.pack import pack_page


@require_safe
def pack(request: PersonRequest, code: str) -> HttpResponse:
    practice = practice_in_scope(request, code)
    today = timezone.localdate()
    facts = pack_facts(request.user, practice, today)
    may_write = may(request.user, Deed.LOG, practice)
    return render(request, "visits/pack.html", vars(pack_page(facts, may_write=may_write, today=today)))
