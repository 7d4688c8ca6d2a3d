"""The console's files as they are sent, and the question that its page begins with."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from evendial_campaigns.api.static_files import packaged
from evendial_campaigns.settings import Settings

from tests.integration.campaigns.browser import browser, make_user
from tests.integration.campaigns.conftest import Running, running

pytestmark = pytest.mark.integration

HOSTILE = [
    "../settings.py",
    "..%2fsettings.py",
    "styles/..%2f..%2fsettings.py",
    "styles%2f..%2f..%2fapp.py",
    "%2e%2e/app.py",
    "//etc/passwd",
    "%00",
    "index.html",
    "README.md",
    "styles",
    "",
]


async def test_the_page_and_all_that_it_names_come_from_here(service: Running) -> None:
    page = await service.nobody.get("/")
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Cache-Control"] == "no-cache"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<style|<script>|style=|onload=|https?://", page.text)
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert named
    for each in named:
        response = await service.nobody.get(each)
        assert response.is_success, each


async def test_every_module_is_there_that_a_module_loads(service: Running) -> None:
    """From the start on, through all pages."""
    waiting, seen = ["/console/main.js"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        response = await service.nobody.get(path)
        assert response.is_success, path
        assert response.headers["Content-Type"].startswith("text/javascript"), path
        found = re.findall(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"', response.text)
        waiting += [str(response.url.join(each).path) for each in found]
    pages = packaged("console") / "pages"
    unreached = {f"/console/pages/{each.name}" for each in pages.iterdir()} - seen
    assert not unreached, "name them in routes.js"


async def test_the_page_names_what_it_begins_with_down_to_the_last_module(service: Running) -> None:
    named = set(re.findall(r'modulepreload" href="([^"]+)"', (await service.nobody.get("/")).text))
    assert {"/console/main.js", "/console/pages/campaigns.js", "/console/vendor/hooks.js"} <= named
    for path in named:
        response = await service.nobody.get(path)
        imported = re.findall(r'^(?:import|export)[^(]*?"(\.[^"]+)"', response.text, re.MULTILINE)
        assert {str(response.url.join(each).path) for each in imported} <= named, path


async def test_a_file_that_was_not_changed_is_not_sent_again(service: Running) -> None:
    for path in ("/", "/console/main.js"):
        first = await service.nobody.get(path)
        again = await service.nobody.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = await service.nobody.get(path, headers={"If-None-Match": '"of another version"'})
        assert other.content == first.content


@pytest.mark.parametrize("name", HOSTILE)
async def test_nothing_else_is_served(service: Running, name: str) -> None:
    assert (await service.nobody.get(f"/console/{name}")).status_code in (400, 404)


async def test_licences_go_with_what_they_are_for(service: Running) -> None:
    for name in ("NOTICE", "LICENSE.preact", "LICENSE.htm", "LICENSE.uplot", "LICENSE.sortablejs"):
        response = await service.nobody.get(f"/console/vendor/{name}")
        assert response.headers["Content-Type"].startswith("text/plain")


async def test_a_folder_that_is_worked_in_is_read_anew(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("one")
    own = msgspec.structs.replace(settings, console_folder=str(tmp_path))
    async with running(own) as service:
        assert (await service.nobody.get("/")).text == "one"
        (tmp_path / "index.html").write_text("two")
        (tmp_path / "new.js").write_text("three")
        assert (await service.nobody.get("/")).text == "two"
        assert (await service.nobody.get("/console/new.js")).text == "three"


async def test_a_page_learns_who_is_signed_in_without_being_refused(service: Running) -> None:
    user = await make_user(service, "a console's user")
    async with browser(service) as page:
        nobody: Any = {"session": None, "first_admin_needed": False}
        assert (await page.ask("GET", "/v1/session")).json() == nobody
        signed_in = (await page.sign_in(user["name"])).json()
        assert (await page.ask("GET", "/v1/session")).json()["session"] == signed_in
        page.http.cookies["evendial"] = "no such session"
        assert (await page.ask("GET", "/v1/session")).json() == nobody
    assert (await service.user.get("/v1/session")).json() == nobody, "a key is no session"


async def test_a_page_learns_that_the_first_admin_is_to_be_made(settings: Settings) -> None:
    async with running(msgspec.structs.replace(settings, admin_api_key=None, user_api_key=None)) as service:
        assert (await service.nobody.get("/v1/session")).json()["first_admin_needed"] is True
