"""The watch itself: a test can fail by what it does not look at."""

import pytest
from playwright.async_api import Page

from tests.console.conftest import OpenPage
from tests.console.house import House
from tests.console.watch import Watch
from tests.waiting import until

pytestmark = pytest.mark.console

PLAIN = "/schema/docs/page.css"
"""A document of ours that does nothing by itself."""


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("() => console.error('so much for that')", "console: so much"),
        ("() => { setTimeout(() => { throw new Error('unforeseen') }) }", "error: Error: unforeseen"),
        (
            "() => { document.body.append(Object.assign(document.createElement('script'), {text: '1'})) }",
            "policy: script-src",
        ),
        ("() => { fetch('/v1/campaigns') }", "answer: GET /v1/campaigns 401"),
        ("() => { fetch('http://127.0.0.1:9/x').catch(() => {}) }", "policy: connect-src"),
        ("() => { location.href = 'http://127.0.0.1:9/x' }", "foreign: http://127.0.0.1:9/x"),
    ],
)
async def test_it_sees(page: Page, watch: Watch, script: str, told: str) -> None:
    await page.goto(PLAIN)
    await page.evaluate(script)
    await until(lambda: any(trouble.startswith(told) for trouble in watch.troubles))
    watch.troubles.clear()


async def test_what_a_test_expects_is_no_trouble(page: Page, watch: Watch, house: House) -> None:
    watch.expect(401, "GET", "/v1/.*")
    await page.goto(PLAIN)
    assert await page.evaluate("() => fetch('/v1/campaigns').then((answer) => answer.status)") == 401


async def test_who_is_signed_in_is_known(open_page: OpenPage, house: House) -> None:
    for who in ("user", "admin", "stranger"):
        page = await open_page(who)
        await page.goto(PLAIN)
        me = await page.evaluate("() => fetch('/v1/me').then((answer) => answer.json())")
        assert me["name"] == house.people[who].name
