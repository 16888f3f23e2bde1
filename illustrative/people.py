"""The people of the illustrative London. Their addresses lead nowhere and their password is no secret."""

from dataclasses import dataclass

from accounts import services
from accounts.models import User

PASSWORD = "illustrative-london"  # noqa: S105  # printed by script/server


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: str
    ccgs: tuple[str, ...] = ()


FACILITATORS = (
    Person("facilitator@example.org", "Femi Facilitator", "facilitator", ("08L", "08Q", "08K", "08A", "07N", "07Q")),
    Person("facilitator2@example.org", "Farah Fielding", "facilitator", ("07V", "08J", "08R", "08P", "08T", "08X")),
    Person("facilitator3@example.org", "Felix Forde", "facilitator", ("07M", "07R", "07X", "08D", "08H")),
    Person("facilitator4@example.org", "Freya Foster", "facilitator", ("07L", "07T", "08F", "08M")),
    Person("facilitator5@example.org", "Frank Farrow", "facilitator", ("08N", "08V", "08W")),
    Person("facilitator6@example.org", "Faith Fuller", "facilitator", ("07P", "07W", "08C", "08E")),
    Person("facilitator7@example.org", "Farid Flint", "facilitator", ("08G", "07Y", "08Y", "09A")),
)
PEOPLE = (
    Person("administrator@example.org", "Ada Administrator", "administrator"),
    *FACILITATORS,
    Person("lead@example.org", "Lena Lead", "ccg_lead", ("08L",)),
    Person("lead2@example.org", "Luca Lead", "ccg_lead", ("07R", "08H")),
    Person("viewer@example.org", "Vera Viewer", "viewer"),
)
# One a role: what script/server prints
SIGN_INS = ("administrator@example.org", "facilitator@example.org", "lead@example.org", "viewer@example.org")


def bring_in(ccg_names: dict[str, str]) -> dict[str, User]:
    """The people by e-mail address; who is there already is left alone."""
    there = {user.email: user for user in User.objects.filter(email__in=[person.email for person in PEOPLE])}
    for person in PEOPLE:
        if person.email in there:
            continue
        user = services.create_person(
            email=person.email, name=person.name, role=person.role, password=PASSWORD, by=None
        )
        services.set_scope(user=user, ccgs={code: ccg_names[code] for code in person.ccgs}, by=None)
        there[person.email] = user
    return there
