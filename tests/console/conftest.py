"""The console in a real browser, on a stack with a real Asterisk and its carrier."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.chromium import ChromiumUnavailable, find_chromium
from deploy.local.stack import local_stack
from deploy.local.user import user_of
from tests.console import house as houses
from tests.console.house import WAIT_MS, House
from tests.console.watch import Watch

OpenPage = Callable[..., Awaitable[Page]]

expect.set_options(timeout=WAIT_MS)

_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session")
async def house(asterisk_build: AsteriskBuild) -> AsyncIterator[House]:
    async with local_stack(asterisk_build) as stack, user_of(stack.api) as user:
        yield await houses.moved_in(stack, user)


@pytest.fixture(scope="session")
async def browser(request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    capture: Any = request.config.pluginmanager.getplugin("capturemanager")
    try:
        with capture.global_and_fixture_disabled():  # a download takes a while, and says so
            found = find_chromium(progress=print)
    except ChromiumUnavailable as reason:
        pytest.fail(str(reason), pytrace=False)
    async with houses.chromium(found) as running:
        yield running


@pytest.fixture
def watch(house: House) -> Watch:
    """Fails the test at its end by all that it was not told to `expect`."""
    return Watch(house.url)


@pytest.fixture
async def open_page(
    request: pytest.FixtureRequest, browser: Browser, house: House, watch: Watch
) -> AsyncIterator[OpenPage]:
    """`await open_page("admin", theme="dark", phone=True)` = a page where the admin is signed in."""
    pages: list[Page] = []
    async with AsyncExitStack() as stack:

        async def open_one(who: str | None = None, **how: Any) -> Page:
            page = await stack.enter_async_context(houses.opened(browser, house, watch, who=who, **how))
            pages.append(page)
            return page

        yield open_one
        if request.node.stash.get(_FAILED, False) or watch.troubles:
            await _keep(pages, request.node.name)
        watch.check()


@pytest.fixture
async def page(open_page: OpenPage) -> Page:
    """A page where nobody is signed in."""
    return await open_page()


@pytest.fixture
async def user_page(open_page: OpenPage) -> Page:
    """A page where the user is signed in."""
    return await open_page("user")


@pytest.fixture
async def admin_page(open_page: OpenPage) -> Page:
    """A page where the admin is signed in."""
    return await open_page("admin")


async def _keep(pages: list[Page], name: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="evendial-console-"))
    for number, page in enumerate(pages, 1):
        await houses.keep_trace(page, folder / f"{name}-{number}")
    print(f"Screenshots and traces of {name} are in {folder}")
