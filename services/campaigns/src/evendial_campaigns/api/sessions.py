"""Signing in and out, with a browser."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import NotAuthorizedException
from litestar.params import JSONBody
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from evendial_campaigns.access_log import Doer
from evendial_campaigns.api.idempotency import SECRET
from evendial_campaigns.auth import Access, Gate, check_own_origin
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.first_admin import FirstAdmin
from evendial_campaigns.front import Front
from evendial_campaigns.people import NamedUser, People, Person, User
from evendial_campaigns.schemas.people import FirstAdminCreate, SessionCreate, SessionStatus, SessionView
from evendial_campaigns.session_store import AGE_MAX, csrf_token
from evendial_campaigns.sign_in import SignIn

AnyRequest = Request[Any, Any, Any]


@get("/session", tags=["session"], operation_id="GetSession")
async def show_session(
    request: AnyRequest, gate: NamedDependency[Gate], first_admin: NamedDependency[FirstAdmin]
) -> SessionStatus:
    """Whether this browser is signed in, and as whom: for a page that has just been opened."""
    return SessionStatus(
        session=await _session(request, gate), first_admin_needed=await first_admin.is_needed()
    )


@post(
    "/session",
    tags=["session"],
    operation_id="SignIn",
    opt={
        SECRET: True,
        "problems": (
            "wrong_credentials",
            "https_needed",
            "foreign_origin",
            "already_done",
            "too_many_attempts",
            "busy",
        ),
    },
)
async def begin_session(
    data: JSONBody[SessionCreate],
    request: AnyRequest,
    front: NamedDependency[Front],
    sign_in: NamedDependency[SignIn],
) -> Response[SessionView]:
    """Signs in: sets the cookie of a new session, which lasts 12 h, or 30 min without a request."""
    name = _cookie_name(request, front)
    signed_in = await sign_in.begin(
        data.name,
        data.password,
        Doer(address=front.address(request)),
        replaced=request.cookies.get(name),
    )
    view = _view(signed_in.user, csrf_token(signed_in.token))
    cookie = _cookie(name, signed_in.token, int(AGE_MAX.total_seconds()), front)
    return Response(view, status_code=HTTP_201_CREATED, cookies=[cookie])


@delete("/session", tags=["session"], operation_id="SignOut", opt={"problems": ("no_session",)})
async def end_session(
    request: AnyRequest,
    access: NamedDependency[Access],
    front: NamedDependency[Front],
    sign_in: NamedDependency[SignIn],
) -> Response[None]:
    """Signs out: the cookie is worth nothing any more."""
    await sign_in.end(access.doer)
    cookies = [_cookie(name, "", 0, front) for name in [front.cookie_name(request)] if name]
    return Response(None, status_code=HTTP_204_NO_CONTENT, cookies=cookies)


@post(
    "/first-admin",
    tags=["session"],
    operation_id="CreateFirstAdmin",
    opt={
        SECRET: True,
        "problems": (
            "wrong_credentials",
            "https_needed",
            "foreign_origin",
            "name_taken",
            "too_many_attempts",
            "busy",
        ),
    },
)
async def make_first_admin(
    data: JSONBody[FirstAdminCreate],
    request: AnyRequest,
    front: NamedDependency[Front],
    first_admin: NamedDependency[FirstAdmin],
    people: NamedDependency[People],
) -> User:
    """Makes an admin while there is none who could sign in, by the token that was printed at the start."""
    _cookie_name(request, front)
    user_id: UUID = uuid4()
    doer = Doer(address=front.address(request))
    await first_admin.make(data.token, user_id, data.name, data.password, doer)
    made = await people.find(user_id)
    assert made is not None, "it was just made"
    return made


async def _session(request: AnyRequest, gate: Gate) -> SessionView | None:
    try:
        access = await gate.access(request)
    except NotAuthorizedException:
        return None
    return None if access.csrf_token is None else _view(access.person, access.csrf_token)


def _view(who: Person | NamedUser, token: str) -> SessionView:
    return SessionView(user_id=who.user_id, name=who.name, role=who.role, csrf_token=token)


def _cookie_name(request: AnyRequest, front: Front) -> str:
    check_own_origin(request, front)
    name = front.cookie_name(request)
    if name is None:
        raise Rejected(
            "https_needed",
            "A password is taken over https only (see the setting PUBLIC_URL), or on the machine of the "
            "service itself, at http://127.0.0.1 or http://localhost.",
        )
    return name


def _cookie(name: str, value: str, max_age_s: int, front: Front) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        max_age=max_age_s,
        path="/",
        secure=front.is_https,
        httponly=True,
        samesite="strict",
    )
