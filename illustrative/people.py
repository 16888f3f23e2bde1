"""The people of the illustrative London. Their addresses lead nowhere and their password is no secret."""

from dataclasses import dataclass
from datetime import date

from accounts import services
from accounts.models import User

PASSWORD = "illustrative-london"  # noqa: S105  # printed by script/server


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: str
    ccgs: tuple[str, ...] = ()


# A facilitator looks after one to three CCGs, sixty to a hundred practices.
FACILITATORS = (
    Person("facilitator@example.org", "Femi Facilitator", "facilitator", ("08L", "08Q")),
    Person("facilitator2@example.org", "Farah Fielding", "facilitator", ("08K", "08A")),
    Person("facilitator3@example.org", "Felix Forde", "facilitator", ("07N", "07Q")),
    Person("facilitator4@example.org", "Freya Foster", "facilitator", ("07V", "08J", "08T")),
    Person("facilitator5@example.org", "Frank Farrow", "facilitator", ("08R", "08P", "08X")),
    Person("facilitator6@example.org", "Faith Fuller", "facilitator", ("07M", "07R")),
    Person("facilitator7@example.org", "Farid Flint", "facilitator", ("07X", "08D")),
    Person("facilitator8@example.org", "Fiona Frost", "facilitator", ("08H", "07T")),
    Person("facilitator9@example.org", "Finn Farley", "facilitator", ("07L", "08F")),
    Person("facilitator10@example.org", "Flora Fenn", "facilitator", ("08M", "08N")),
    Person("facilitator11@example.org", "Fergus Field", "facilitator", ("08V", "08W")),
    Person("facilitator12@example.org", "Farida Finch", "facilitator", ("07P", "08E")),
    Person("facilitator13@example.org", "Fabian Firth", "facilitator", ("07W", "08C")),
    Person("facilitator14@example.org", "Fatima Flynn", "facilitator", ("08G", "07Y")),
    Person("facilitator15@example.org", "Francis Forth", "facilitator", ("08Y", "09A")),
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


def bring_in(ccg_names: dict[str, str], *, since: date) -> dict[str, User]:
    """The people by e-mail address; who is there already is left alone. `since`: when their work began."""
    there = {user.email: user for user in User.objects.filter(email__in=[person.email for person in PEOPLE])}
    for person in PEOPLE:
        if person.email in there:
            continue
        user = services.create_person(
            email=person.email, name=person.name, role=person.role, password=PASSWORD, by=None
        )
        services.set_scope(user=user, ccgs={code: ccg_names[code] for code in person.ccgs}, by=None, on=since)
        there[person.email] = user
    return there
