"""`make screenshots`: every page as people see it, light, dark and on a phone, into docs/images/console.

`python -m tests.console.screenshots numbers` makes those alone whose name begins so.
"""

import asyncio
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page

from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.chromium import find_chromium
from deploy.local.stack import local_stack
from deploy.local.user import user_of
from tests.console import scene
from tests.console.furniture import furnish
from tests.console.house import House, Theme, chromium, moved_in, opened
from tests.console.watch import Watch

COLOURS = 256
FOLDER = Path(__file__).parents[2] / "docs/images/console"


@dataclass(frozen=True)
class Shot:
    """A page: the name of its file, its address (`{running}` is one of the scene), and who looks at it."""

    name: str
    address: str
    who: str | None = "user"
    whole: bool = False
    """Down to its end, and not as far as a screen shows it."""


SHOTS = (
    Shot("sign-in", "/", who=None),
    Shot("campaigns", "/#/campaigns"),
    Shot("campaigns-admin", "/#/campaigns", who="admin"),
    Shot("campaign", "/#/campaigns/{running}"),
    Shot("campaign-shut", "/#/campaigns/{shut}"),
    Shot("campaign-draft", "/#/campaigns/{draft}"),
    Shot("campaign-new", "/#/campaigns/new"),
    Shot("actions", "/#/campaigns/{running}/actions"),
    Shot("live", "/#/campaigns/{running}/live", whole=True),
    Shot("live-shut", "/#/campaigns/{shut}/live"),
    Shot("numbers", "/#/campaigns/{running}/numbers"),
    Shot("number", "/#/campaigns/{running}/numbers/{number}"),
    Shot("log", "/#/campaigns/{running}/log"),
    Shot("prompts", "/#/prompts"),
    Shot("do-not-call", "/#/do-not-call"),
    Shot("do-not-call-lists", "/#/do-not-call/lists"),
    Shot("devices", "/#/devices", who="admin"),
    Shot("device", "/#/devices/{device}/edit", who="admin"),
    Shot("trunks", "/#/trunks", who="admin"),
    Shot("users", "/#/users", who="admin"),
    Shot("user", "/#/users/{user}", who="admin"),
    Shot("ivrs", "/#/ivrs", who="admin"),
    Shot("health", "/#/health", who="admin"),
    Shot("dead-letters", "/#/dead-letters", who="admin"),
    Shot("access-log", "/#/access-log", who="admin"),
    Shot("account", "/#/account"),
    Shot("keys", "/#/keys"),
)
"""All pages; a new one adds its line."""

LOOKS: tuple[tuple[str, Theme, bool], ...] = (
    ("light", "light", False),
    ("dark", "dark", False),
    ("phone", "light", True),
)


async def main(prefix: str) -> None:
    """Make the scene, then look at it."""
    build, found = find_asterisk(progress=print), find_chromium(progress=print)
    print("Starting everything, and dialling for a while …")
    async with local_stack(build) as stack, user_of(stack.api) as user, chromium(found) as browser:
        house = await moved_in(stack, user)
        names = await scene.set_up(house) | await furnish(house)
        for shot in SHOTS:
            if shot.name.startswith(prefix):
                await _shoot(browser, house, shot, names)


async def _shoot(browser: Browser, house: House, shot: Shot, names: scene.Names) -> None:
    for look, theme, phone in LOOKS:
        watch = Watch(house.url)
        async with opened(browser, house, watch, who=shot.who, theme=theme, phone=phone) as page:
            await page.goto(shot.address.format_map(names))
            await _settled(page)
            file = FOLDER / f"{shot.name}-{look}.png"
            _write(file, await page.screenshot(animations="disabled", full_page=shot.whole))
        watch.check()
        print(f"{file.relative_to(FOLDER.parents[2])}: {file.stat().st_size // 1000} kB")


async def _settled(page: Page) -> None:
    """There is a heading, and nothing says that it is still to come."""
    await page.locator("h1").first.wait_for()
    await page.locator("[aria-busy=true]").first.wait_for(state="detached")


def _write(file: Path, png: bytes) -> None:
    """With a palette, a third of the bytes; no page has many colours."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(png)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
