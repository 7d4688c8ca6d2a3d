"""A browser, for tests of sessions: it keeps cookies and knows its CSRF token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.integration.campaigns.conftest import NO_TLS, Running, made

PASSWORD = "seven lamps by the harbour"
OTHER_PASSWORD = "nine boats under the bridge"


class Browser:
    """Somebody at a screen."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.csrf: dict[str, str] = {}

    async def sign_in(self, name: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
        """Whatever is answered."""
        body = {"name": name, "password": password}
        response = await self.http.post("/v1/session", json=body, headers=headers)
        if response.is_success:
            self.csrf = {"X-CSRF-Token": response.json()["csrf_token"]}
        return response

    async def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """As a page of ours would."""
        return await self.http.request(method, path, headers=self.csrf, **request)


@asynccontextmanager
async def browser(service: Running, **headers: str) -> AsyncIterator[Browser]:
    """A new one; the headers go with each request."""
    async with httpx.AsyncClient(
        base_url=service.address, headers=headers, timeout=30, verify=NO_TLS
    ) as http:
        yield Browser(http)


async def make_user(service: Running, name: str, **fields: Any) -> Any:
    """A user with a password."""
    return made(await service.admin.post("/v1/users", json={"name": name, "password": PASSWORD} | fields))
