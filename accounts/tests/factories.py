from datetime import date
from typing import Any

import factory

from accounts.models import ScopeGrant, User

PASSWORD = "surgery-hours-8-till-6"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """UserFactory(lead=True, ccgs=[ccg]) makes a person with a role and the CCGs they may see, today and on."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        administrator = factory.Trait(role=User.Role.ADMINISTRATOR)
        facilitator = factory.Trait(role=User.Role.FACILITATOR)
        lead = factory.Trait(role=User.Role.CCG_LEAD)
        viewer = factory.Trait(role=User.Role.VIEWER)

    email = factory.Sequence(lambda number: f"person{number}@portal.example")
    name = factory.Sequence(lambda number: f"Person {number}")
    role = User.Role.VIEWER
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def ccgs(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        for ccg in extracted or []:
            grant_scope(self, ccg)


def grant_scope(user: User, ccg: Any, starts: date = date(2016, 4, 1), ends: date | None = None) -> ScopeGrant:
    """`ccg` is an Organisation or the ODS code of one."""
    code = getattr(ccg, "code", ccg)
    return ScopeGrant.objects.create(
        user=user, ccg_code=code, ccg_name=getattr(ccg, "name", code), starts=starts, ends=ends
    )
