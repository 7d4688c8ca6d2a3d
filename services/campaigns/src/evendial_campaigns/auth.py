"""Who asks: bearer keys."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from evendial_campaigns.people import People

CHALLENGE = {"WWW-Authenticate": "Bearer"}
KEY_MAX = 512


class BearerKeys(AbstractAuthenticationMiddleware):
    """401 unless the request carries `Authorization: Bearer <key>` of somebody."""

    def __init__(self, app: ASGIApp, people: People, exclude: list[str]) -> None:
        super().__init__(app, exclude=exclude)
        self._people = people

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """The person whose key it is."""
        scheme, _, key = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(key) <= KEY_MAX:
            raise NotAuthorizedException("Send your key as Authorization: Bearer <key>.", headers=CHALLENGE)
        person = await self._people.find_by_key(key)
        if person is None:
            raise NotAuthorizedException("The key is not known.", headers=CHALLENGE)
        return AuthenticationResult(user=person, auth=None)


def admin_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """403 for users."""
    if not connection.user.is_admin:
        raise PermissionDeniedException("Only an admin may do this.")
