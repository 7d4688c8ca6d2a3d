"""Who you are."""

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from evendial_campaigns.auth import Access
from evendial_campaigns.core.roles import in_order
from evendial_campaigns.limits import Limits, limits_view
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.people import Me, PasswordPut
from evendial_campaigns.sign_in import SignIn


@get("/me", tags=["people"], operation_id="GetMe")
async def get_me(
    person: NamedDependency[Person], access: NamedDependency[Access], limits: NamedDependency[Limits]
) -> Me:
    """Who you are here, and how much you may call."""
    return Me(
        user_id=person.user_id,
        name=person.name,
        role=person.role,
        scopes=in_order(access.scopes),
        limits=limits_view(await limits.of(person.user_id)),
        csrf_token=access.csrf_token,
    )


@put(
    "/me/password",
    tags=["people"],
    operation_id="ChangePassword",
    status_code=HTTP_204_NO_CONTENT,
    opt={"problems": ("no_password", "wrong_password", "too_many_attempts", "busy")},
)
async def change_password(
    data: JSONBody[PasswordPut],
    person: NamedDependency[Person],
    access: NamedDependency[Access],
    sign_in: NamedDependency[SignIn],
) -> None:
    """Replaces your password; you stay signed in here and nowhere else."""
    await sign_in.change_password(person, data.old_password, data.new_password, access.doer)
