"""A user of the HTTP API, with an admin at hand for what users may not do."""

import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

CALLER_ID = "3705550100"

Body = dict[str, Any]


class ApiRefused(Exception):
    """The API did not do what it was asked for; the message holds its answer."""


@dataclass(frozen=True, kw_only=True)
class ApiAccess:
    """Where the API is, and the keys of an admin and of a user."""

    url: str
    admin_key: str
    user_key: str


class User:
    """Asks the API; an answer that is an error raises `ApiRefused`."""

    def __init__(self, user: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        self.http = user
        self.admin = admin

    async def ask(self, method: str, path: str, **request: Any) -> Body:
        """One request as the user."""
        return await asked(self.http.request(method, path, **request))

    async def id(self) -> str:
        """The user's own id: the owner of what it makes."""
        return str((await self.ask("GET", "/v1/me"))["user_id"])

    async def sign_ins(self) -> dict[str, str]:
        """A new password for the admin and for the user, by the name to sign in with."""
        passwords: dict[str, str] = {}
        for who in (self.admin, self.http):
            me = await asked(who.get("/v1/me"))
            passwords[me["name"]] = secrets.token_urlsafe(12)
            change = {"password": passwords[me["name"]]}
            await asked(self.admin.patch(f"/v1/users/{me['user_id']}", json=change))
        return passwords

    async def device(self, *, calls_per_second: int = 50, endpoint: str = "carrier") -> str:
        """A new device of this user on a new trunk, both made by the admin."""
        trunk = {"name": "Local carrier", "endpoint": endpoint, "calls_per_second": calls_per_second}
        device = {
            "name": "Desk",
            "owner_id": await self.id(),
            "trunk_id": (await asked(self.admin.post("/v1/trunks", json=trunk)))["trunk_id"],
            "account_code": "desk",
            "caller_ids": [CALLER_ID],
        }
        return str((await asked(self.admin.post("/v1/devices", json=device)))["device_id"])

    async def campaign(self, numbers: Iterable[str], *, prompt: bytes, **rules: Any) -> UUID:
        """A campaign that is ready to be activated: it plays a prompt, then waits for half a second."""
        rules = {"name": "Sample", "caller_id": CALLER_ID, "ring_timeout_s": 10} | rules
        rules.setdefault("device_id", await self.device())
        campaign = UUID((await self.ask("POST", "/v1/campaigns", json=rules))["campaign_id"])
        actions = [
            {"kind": "play", "prompt_id": await self.upload(prompt)},
            {"kind": "wait", "seconds": 0.5},
        ]
        await self.ask("PUT", f"/v1/campaigns/{campaign}/actions", json={"actions": actions})
        await self.import_numbers(campaign, numbers)
        return campaign

    async def upload(self, wav: bytes) -> str:
        """The id of a new prompt."""
        headers = {"Content-Type": "audio/wav"}
        prompt = await self.ask("POST", "/v1/prompts", params={"name": "Tone"}, content=wav, headers=headers)
        return str(prompt["prompt_id"])

    async def import_numbers(self, campaign: UUID, numbers: Iterable[str]) -> Body:
        """The report of the import."""
        return await self.ask(
            "POST",
            f"/v1/campaigns/{campaign}/numbers/import",
            content="".join(f"{number}\n" for number in numbers),
            headers={"Content-Type": "text/plain"},
        )

    async def activate(self, campaign: UUID) -> Body:
        """Dial from now on."""
        return await self.ask("POST", f"/v1/campaigns/{campaign}/activate")

    async def stop(self, campaign: UUID) -> Body:
        """Dial no more."""
        return await self.ask("POST", f"/v1/campaigns/{campaign}/stop")

    async def progress(self, campaign: UUID) -> Body:
        """Its status, and counts by state and disposition."""
        return await self.ask("GET", f"/v1/campaigns/{campaign}/progress")

    async def why(self, campaign: UUID) -> str:
        """Why its next call does not start right now, as a sentence."""
        answer = await self.ask("GET", f"/v1/campaigns/{campaign}/blockers")
        return str(answer["reason"]["why"])

    async def calls(self, campaign: UUID) -> list[Body]:
        """Every call that has ended, oldest first."""
        calls: list[Body] = []
        page: dict[str, Any] = {"limit": 1000}
        while True:
            answer = await self.ask("GET", f"/v1/campaigns/{campaign}/calls", params=page)
            calls += answer["items"]
            if answer["next"] is None:
                return calls
            page["cursor"] = answer["next"]


async def asked(asking: Any) -> Body:
    """The body of an answer that is no error."""
    answer: httpx.Response = await asking
    if answer.is_error:
        request = answer.request
        raise ApiRefused(
            f"{request.method} {request.url.path} was answered {answer.status_code}: {answer.text}"
        )
    body: Body = answer.json()
    return body


@asynccontextmanager
async def user_of(api: ApiAccess) -> AsyncIterator[User]:
    """The first user of a stack."""
    async with _client(api.url, api.user_key) as user, _client(api.url, api.admin_key) as admin:
        yield User(user, admin)


def _client(url: str, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30)
