"""axe-core, asked about a page: what keeps whom from using it (WCAG 2.2 AA, and axe's best practices)."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Page

SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

_FILE = Path(__file__).parent / "vendor/axe.min.js"
_SETTLED = """async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await Promise.allSettled(document.getAnimations().map((each) => each.finished));
}"""
_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .flatMap(({id, help, nodes}) => nodes.map((node) => [id, help, node.html, node.any.concat(node.all)
        .map((check) => check.message).join(" ")]))"""


async def accessible(page: Page) -> None:
    """Fails with what axe finds on the page as it stands, in either theme."""
    found = {theme: await _violations(page, theme) for theme in THEMES}
    lines = [f"{theme}: {line}" for theme, lines in found.items() for line in lines]
    assert not lines, f"axe at {page.url}:\n" + "\n".join(lines)


async def _violations(page: Page, theme: Literal["light", "dark"]) -> list[str]:
    await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await page.evaluate(_SETTLED)
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(source())
    found: list[list[Any]] = await page.evaluate(_RUN)
    return [f"{rule}: {help_}: {html} {why}" for rule, help_, html, why in found]


@cache
def source() -> str:
    """The script, if it is the one that was looked at."""
    content = _FILE.read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256, f"{_FILE.name} is not axe-core 4.14.1 as published"
    return content.decode()
