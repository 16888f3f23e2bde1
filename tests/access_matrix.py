"""Who gets what at every address: the access policy of docs/access.md as a table.

"ok" is an answer, "login" the way to the sign-in; a stranger gets 404, a reader who writes 403.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PEOPLE = (
    "nobody",
    "administrator",
    "facilitator",
    "colleague",
    "lead",
    "viewer",
    "strange facilitator",
    "strange lead",
)
Answers = dict[str, str]
Arguments = Callable[[Any], dict[str, Any]]


def answers(nobody: str = "login", **signed_in: str) -> Answers:
    """The same answer for everybody signed in (`rest`), but for those named; a space in a part is written as _."""
    rest = signed_in.pop("rest", "ok")
    given = {name.replace("_", " "): answer for name, answer in signed_in.items()}
    return {"nobody": nobody} | {person: given.get(person, rest) for person in PEOPLE[1:]}


ANYBODY = answers(nobody="ok")
SIGNED_IN = answers()
ADMINISTRATORS = answers(administrator="ok", rest="404")
# Read within the CCGs of one's scope
IN_SCOPE = answers(strange_facilitator="404", strange_lead="404")
# Written by administrators and by facilitators whose caseload has the practice
CASELOAD = IN_SCOPE | {"colleague": "403", "lead": "403", "viewer": "403"}
# Answers and returns: facilitators of the CCG write, leads may dispute
FACILITATORS_OF_CCG = IN_SCOPE | {"lead": "403", "viewer": "403"}
DISPUTERS = IN_SCOPE | {"viewer": "403"}
NOT_VIEWERS = answers(viewer="403")
ADMINISTRATORS_WRITE = answers(administrator="ok", rest="403")
NOT_YET = answers(rest="404")


@dataclass(frozen=True)
class Row:
    """What a GET and a POST answer to each person; None where the address does not take the method."""

    get: Answers | None
    post: Answers | None = None
    arguments: Arguments = field(default=lambda cast: {})
    query: dict[str, str] = field(default_factory=dict)


def practice(cast: Any) -> dict[str, Any]:
    return {"code": cast.practice.code}


def visit(cast: Any) -> dict[str, Any]:
    return {"visit_id": cast.visit.pk}


def preview(cast: Any) -> dict[str, Any]:
    return {"import_id": cast.preview.pk}


def report(cast: Any) -> dict[str, Any]:
    return {"report_id": cast.report.pk}


def person(cast: Any) -> dict[str, Any]:
    return {"user_id": cast.people["viewer"].pk}


CORE = {
    "core:live": Row(ANYBODY),
    "core:ready": Row(ANYBODY),
    "core:accessibility": Row(ANYBODY),
    "core:privacy": Row(ANYBODY),
    "core:job": Row(ADMINISTRATORS, arguments=lambda cast: {"job_id": cast.job.pk}),
    "core:audit": Row(ADMINISTRATORS),
    "core:audit_export": Row(ADMINISTRATORS),
}
SIGN_IN = {
    "account_login": Row(ANYBODY, ANYBODY),
    "account_logout": Row(ANYBODY, ANYBODY),
    "account_inactive": Row(ANYBODY),
    "account_signup": Row(SIGNED_IN),
    "account_email": Row(SIGNED_IN),
    "account_email_verification_sent": Row(SIGNED_IN),
    "account_reauthenticate": Row(SIGNED_IN, SIGNED_IN),
    "account_change_password": Row(SIGNED_IN, SIGNED_IN),
    "account_set_password": Row(SIGNED_IN, SIGNED_IN),
    "account_reset_password": Row(ANYBODY, ANYBODY),
    "account_reset_password_done": Row(ANYBODY),
    "account_reset_password_from_key": Row(ANYBODY, ANYBODY, lambda cast: {"uidb36": "1", "key": "x-y"}),
    "account_reset_password_from_key_done": Row(ANYBODY),
    "mfa_index": Row(SIGNED_IN),
    "mfa_authenticate": Row(SIGNED_IN, SIGNED_IN),
    "mfa_reauthenticate": Row(SIGNED_IN, SIGNED_IN),
    "mfa_activate_totp": Row(SIGNED_IN, SIGNED_IN),
    # There is nothing to turn off or to read before a second factor is set up.
    "mfa_deactivate_totp": Row(NOT_YET, NOT_YET),
    "mfa_view_recovery_codes": Row(NOT_YET),
    "mfa_generate_recovery_codes": Row(SIGNED_IN, SIGNED_IN),
    "mfa_download_recovery_codes": Row(NOT_YET),
}
ACCOUNTS = {
    "accounts:account": Row(SIGNED_IN),
    # It ends at the sign-in, for whoever asks.
    "accounts:sign_out_everywhere": Row(None, answers(rest="login")),
    "accounts:accept": Row(answers(nobody="404", rest="404"), answers(nobody="404", rest="404")),
    "accounts:invitation": Row(ANYBODY, arguments=lambda cast: {"token": "unknown"}),
    "accounts:people": Row(ADMINISTRATORS),
    "accounts:invite": Row(ADMINISTRATORS, ADMINISTRATORS),
    "accounts:person": Row(ADMINISTRATORS, ADMINISTRATORS, person),
    "accounts:set_active": Row(ADMINISTRATORS | {"administrator": "405"}, ADMINISTRATORS, person),
    "accounts:withdraw": Row(
        ADMINISTRATORS | {"administrator": "405"},
        ADMINISTRATORS,
        lambda cast: {"invitation_id": cast.invitation.pk},
    ),
}
PRACTICES = {
    "practices:imports": Row(ADMINISTRATORS, ADMINISTRATORS),
    "practices:import": Row(ADMINISTRATORS, arguments=preview),
    "practices:import_confirm": Row(None, ADMINISTRATORS, preview),
    "practices:import_answer": Row(None, ADMINISTRATORS, preview),
    "practices:import_changes": Row(ADMINISTRATORS, arguments=preview),
    "practices:import_cancel": Row(None, ADMINISTRATORS, preview),
    "practices:import_undo": Row(None, ADMINISTRATORS, preview),
    "practices:import_retry": Row(None, ADMINISTRATORS, preview),
    "practices:import_issues": Row(ADMINISTRATORS, arguments=preview),
    "practices:import_mend": Row(ADMINISTRATORS, arguments=preview),
    "practices:clear_illustrative": Row(ADMINISTRATORS, ADMINISTRATORS),
    "practices:quality": Row(SIGNED_IN),
    "practices:quality_change": Row(None, ADMINISTRATORS_WRITE | {"administrator": "unexpected 422"}),
    "practices:supplier_questions": Row(SIGNED_IN, ADMINISTRATORS_WRITE),
    "practices:supplier_questions_export": Row(SIGNED_IN),
    "practices:doubt": Row(IN_SCOPE, arguments=lambda cast: {"doubt_id": cast.doubt.pk}),
    "practices:data_dictionary": Row(SIGNED_IN),
    "practices:return_template": Row(SIGNED_IN, arguments=lambda cast: {"kind": "csv"}),
    "practices:open_practice": Row(ADMINISTRATORS, ADMINISTRATORS),
    "practices:return": Row(FACILITATORS_OF_CCG, FACILITATORS_OF_CCG, practice),
    "practices:dispute": Row(DISPUTERS, DISPUTERS, practice),
    "practices:register": Row(ADMINISTRATORS, arguments=practice),
    "practices:register_change": Row(
        ADMINISTRATORS, ADMINISTRATORS, lambda cast: {"code": cast.practice.code, "deed": "rename"}
    ),
}
TARGETS = {
    "targets:start": Row(SIGNED_IN),
    "targets:london": Row(SIGNED_IN),
    "targets:stp": Row(SIGNED_IN, arguments=lambda cast: {"code": "QKK"}),
    "targets:region": Row(SIGNED_IN, arguments=lambda cast: {"code": "Y56"}),
    "targets:icb": Row(SIGNED_IN, arguments=lambda cast: {"code": "QKK"}),
    "targets:sub_location": Row(SIGNED_IN, arguments=lambda cast: {"code": "08L"}),
    "targets:ccg": Row(SIGNED_IN, arguments=lambda cast: {"code": "08L"}),
    "targets:borough": Row(SIGNED_IN, arguments=lambda cast: {"slug": "lewisham"}),
    "targets:practice_list": Row(SIGNED_IN),
    "targets:practice": Row(SIGNED_IN, arguments=practice),
    "targets:suggest": Row(SIGNED_IN, query={"q": "practice"}),
    "targets:targets": Row(SIGNED_IN),
    "targets:target": Row(SIGNED_IN, arguments=lambda cast: {"target": "registration"}),
    "targets:guide": Row(SIGNED_IN),
    "targets:guide_page": Row(SIGNED_IN, arguments=lambda cast: {"slug": "registration"}),
    "targets:go": Row(SIGNED_IN, query={"area": "ccg:08L"}),
    "targets:dashboard": Row(SIGNED_IN),
}
VISITS = {
    "visits:list": Row(SIGNED_IN),
    "visits:choose": Row(SIGNED_IN),
    "visits:visit": Row(IN_SCOPE, arguments=visit),
    "visits:edit": Row(CASELOAD, CASELOAD, visit),
    "visits:change_plan": Row(CASELOAD, CASELOAD, lambda cast: {"visit_id": cast.planned.pk}),
    "visits:sign_off": Row(CASELOAD, CASELOAD, visit),
    "visits:cancel": Row(CASELOAD, CASELOAD, visit),
    # Something is added to a visit that is signed off; to one that is not, it is edited.
    "visits:add_to": Row(CASELOAD, CASELOAD, lambda cast: {"visit_id": cast.signed_off.pk}),
    "visits:log": Row(CASELOAD, CASELOAD, practice),
    "visits:plan": Row(CASELOAD, CASELOAD, practice),
    "visits:new_action": Row(CASELOAD, CASELOAD, practice),
    "visits:pack": Row(IN_SCOPE, arguments=practice),
    "visits:caseload": Row(SIGNED_IN),
    "visits:give": Row(ADMINISTRATORS, ADMINISTRATORS),
    "visits:hand_over": Row(ADMINISTRATORS, ADMINISTRATORS),
    "visits:end": Row(ADMINISTRATORS, ADMINISTRATORS, lambda cast: {"entry_id": cast.caseload.pk}),
    "visits:actions": Row(SIGNED_IN),
    "visits:action": Row(IN_SCOPE, CASELOAD, lambda cast: {"action_id": cast.action.pk}),
}
REPORTS = {
    "reports:list": Row(SIGNED_IN),
    "reports:make": Row(None, NOT_VIEWERS),
    "reports:list_progress": Row(SIGNED_IN),
    "reports:report": Row(IN_SCOPE, arguments=report),
    "reports:progress": Row(IN_SCOPE, arguments=report),
    "reports:again": Row(None, DISPUTERS, report),
    "reports:download": Row(IN_SCOPE, arguments=lambda cast: report(cast) | {"name": cast.report_pdf}),
}
GROUPS: dict[str, dict[str, Row]] = {
    "core": CORE,
    "sign-in": SIGN_IN,
    "accounts": ACCOUNTS,
    "practices": PRACTICES,
    "targets": TARGETS,
    "visits": VISITS,
    "reports": REPORTS,
}
MATRIX = {name: row for group in GROUPS.values() for name, row in group.items()}
