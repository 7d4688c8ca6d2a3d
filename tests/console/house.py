"""A running stack with people who can sign in, and browsers at its door."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from deploy.local.chromium import ARGUMENTS, Chromium
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack
from deploy.local.user import User, asked
from tests.console.watch import Watch

Theme = Literal["light", "dark"]

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
PASSWORD = "seven lamps by the harbour"
WAIT_MS = 20_000  # as long as it takes on a busy machine


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who signs in by name and `PASSWORD`."""

    user_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class House:
    """A stack, its first user at the API, and those who use the console: user, admin, and one more user."""

    stack: Stack
    user: User
    people: dict[str, Person]

    @property
    def url(self) -> str:
        """Where the console is."""
        return self.stack.api.url

    async def campaign(self, numbers: list[str], **rules: Any) -> UUID:
        """A campaign of the first user that is ready to be activated: it plays a tone."""
        return await self.user.campaign(numbers, prompt=prompt_wav(), **rules)

    async def sign_in(self, context: BrowserContext, who: str) -> None:
        """Give the browser the cookie of a new session, without the form."""
        body = {"name": self.people[who].name, "password": PASSWORD}
        answer = await context.request.post(f"{self.url}/v1/session", data=body)
        assert answer.ok, await answer.text()


async def moved_in(stack: Stack, user: User) -> House:
    """A house of that stack, with passwords for everybody."""
    people = {}
    for label, client in (("admin", user.admin), ("user", user.http)):
        me = await asked(client.get("/v1/me"))
        change = {"password": PASSWORD}
        await asked(user.admin.patch(f"/v1/users/{me['user_id']}", json=change))
        people[label] = Person(user_id=UUID(me["user_id"]), name=me["name"])
    made = await asked(user.admin.post("/v1/users", json={"name": "tom", "password": PASSWORD}))
    people["stranger"] = Person(user_id=UUID(made["user_id"]), name="tom")
    return House(stack=stack, user=user, people=people)


async def enter(page: Page, name: str, password: str = PASSWORD) -> None:
    """Sign in by the form that the page shows."""
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def come_in(page: Page, name: str) -> None:
    """Through the door, to where everybody begins."""
    await page.goto("/")
    await enter(page, name)
    await page.get_by_role("heading", name="Campaigns", level=1).wait_for()


@asynccontextmanager
async def chromium(found: Chromium) -> AsyncIterator[Browser]:
    """It, running."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.program,
            args=list(ARGUMENTS),
            env={**os.environ, **found.environment},
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser,
    house: House,
    watch: Watch,
    *,
    who: str | None = None,
    theme: Theme = "light",
    phone: bool = False,
    traced: bool = True,
) -> AsyncIterator[Page]:
    """A new page at no address yet, of `who` is signed in; relative addresses are the console's.

    If it is `traced`, what happens in it is kept while it is open, for `keep_trace`.
    """
    context = await browser.new_context(
        base_url=house.url,
        viewport=PHONE if phone else DESK,
        color_scheme=theme,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
        has_touch=phone,
    )
    context.set_default_timeout(WAIT_MS)
    await watch.over(context)
    if who is not None:
        await house.sign_in(context, who)
    if traced:
        await context.tracing.start(snapshots=True)
    yield await context.new_page()
    await context.close()


async def keep_trace(page: Page, folder: Path) -> None:
    """Write how the page looks into a new folder, and how it came to that (`playwright show-trace` tells)."""
    await page.screenshot(path=folder / "page.png")
    await page.context.tracing.stop(path=folder / "trace.zip")
