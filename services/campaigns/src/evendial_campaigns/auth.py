"""Who asks, and what they may do: by a bearer key, or by the session of a browser."""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from evendial_campaigns.access_log import Doer
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.roles import SAFE_METHODS, Scope, acting_role, granted, may, scopes_of
from evendial_campaigns.front import Front
from evendial_campaigns.key_store import Keys
from evendial_campaigns.last_seen import LastSeen
from evendial_campaigns.people import Person
from evendial_campaigns.session_store import Sessions, csrf_token

CHALLENGE = {"WWW-Authenticate": "Bearer"}
SECRET_MAX = 512
CSRF_HEADER = "X-CSRF-Token"

OPEN = frozenset({("GET", "/"), ("GET", "/v1/session"), ("POST", "/v1/session"), ("POST", "/v1/first-admin")})
"""The routes that anybody may ask, besides those below `OPEN_BELOW`."""
OPEN_BELOW = ("/schema", "/console/")

Connection = ASGIConnection[Any, Any, Any, Any]


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What a request comes with."""

    person: Person
    scopes: frozenset[Scope]
    doer: Doer
    csrf_token: str | None = None
    expires_at: datetime | None = None


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to tell who asks."""

    keys: Keys
    sessions: Sessions
    front: Front
    keys_seen: LastSeen
    sessions_seen: LastSeen
    now: Callable[[], datetime]

    async def access(self, connection: Connection, *, counts: bool = True) -> Access:
        """By the key if there is one, else by the cookie. Raises 401, and `Rejected` for a forged request.

        One that does not count keeps no session awake.
        """
        if "authorization" in connection.headers:
            return await self._by_key(connection, counts)
        name = self.front.cookie_name(connection)
        token = connection.cookies.get(name) if name else None
        if not token:
            raise _unknown("Send your key as Authorization: Bearer <key>, or sign in.")
        return await self._by_session(connection, token, counts)

    async def person(self, connection: Connection) -> Person | None:
        """Who asks, if that still holds, for an answer that goes on for long."""
        try:
            return (await self.access(connection, counts=False)).person
        except NotAuthorizedException:
            return None

    async def _by_key(self, connection: Connection, counts: bool) -> Access:
        scheme, _, text = connection.headers["authorization"].partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(text) <= SECRET_MAX:
            raise _unknown("Send your key as Authorization: Bearer <key>.")
        now = self.now()
        key = await self.keys.used(text, now)
        if key is None:
            raise _unknown("The key is not known, or holds no longer.")
        if counts:
            self.keys_seen.note(key.key_id, key.last_used_at, now)
        scopes = granted(key.role, key.scopes)
        return Access(
            person=Person(user_id=key.user_id, name=key.name, role=acting_role(scopes)),
            scopes=scopes,
            doer=Doer(address=self.front.address(connection), user_id=key.user_id, key_id=key.key_id),
            expires_at=key.expires_at,
        )

    async def _by_session(self, connection: Connection, token: str, counts: bool) -> Access:
        now = self.now()
        session = await self.sessions.find(token, now) if len(token) <= SECRET_MAX else None
        if session is None:
            raise _unknown("You are not signed in any more.")
        if _method(connection) not in SAFE_METHODS:
            self._check_not_forged(connection, token)
        if counts:
            self.sessions_seen.note(session.session_id, session.last_seen_at, now)
        address = self.front.address(connection)
        return Access(
            person=Person(user_id=session.user_id, name=session.name, role=session.role),
            scopes=scopes_of(session.role),
            doer=Doer(address=address, user_id=session.user_id, session_id=session.session_id),
            csrf_token=csrf_token(token),
        )

    def _check_not_forged(self, connection: Connection, token: str) -> None:
        check_own_origin(connection, self.front)
        sent = connection.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), csrf_token(token).encode()):
            raise Rejected("csrf_token_needed", "Send the csrf_token of GET /v1/me as X-CSRF-Token.")


class Authentication(AbstractAuthenticationMiddleware):
    """401 unless somebody asks, 403 if their key may not change anything and this would."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        super().__init__(app, exclude_http_methods=())
        self._gate = gate

    async def authenticate_request(self, connection: Connection) -> AuthenticationResult:
        """Who asks; nobody on an open route."""
        method, path = _method(connection), connection.scope["path_template"]
        if (method, path) in OPEN or path.startswith(OPEN_BELOW):
            return AuthenticationResult(user=None, auth=None)
        access = await self._gate.access(connection)
        if not may(method, access.scopes):
            raise PermissionDeniedException("This key may look only: it lacks the scope write.")
        return AuthenticationResult(user=access.person, auth=access)


def check_own_origin(connection: Connection, front: Front) -> None:
    """Raises `Rejected` when another site's page asks."""
    if not front.is_own_origin(connection):
        raise Rejected("foreign_origin", "Only pages of this service itself may ask this.")


def admin_only(connection: Connection, _: BaseRouteHandler) -> None:
    """403 for users."""
    if not connection.user.is_admin:
        raise PermissionDeniedException("Only an admin may do this.")


def _method(connection: Connection) -> str:
    return str(connection.scope.get("method", "GET"))


def _unknown(detail: str) -> NotAuthorizedException:
    return NotAuthorizedException(detail, headers=CHALLENGE)
