"""Signing in with a browser: cookies, CSRF, ages, throttling, passwords."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import argon2
import httpx
import msgspec
import pytest
from evendial_campaigns.settings import Settings

from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer
from tests.integration.campaigns.browser import OTHER_PASSWORD, PASSWORD, Browser, browser, make_user
from tests.integration.campaigns.conftest import Running, running, settings_for
from tests.waiting import until

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
async def shared(postgres_server: PostgresServer, nats_url: str, ports: Ports) -> AsyncIterator[Running]:
    """A service behind one trusted proxy, so that each test can be a client of its own."""
    dsn = await postgres_server.create_database("campaigns_sessions")
    settings = msgspec.structs.replace(settings_for(dsn, nats_url, ports), trusted_proxies=1)
    async with running(settings) as service:
        yield service


def some_address() -> str:
    """An address of loopback that no other test has."""
    digits = uuid4().int
    return f"127.{digits % 250 + 1}.{digits // 250 % 250}.{digits // 62500 % 250}"


@pytest.fixture
async def page(shared: Running) -> AsyncIterator[Browser]:
    async with browser(shared, **{"X-Forwarded-For": some_address()}) as page:
        yield page


@pytest.fixture
async def name(shared: Running) -> str:
    """A user with a password."""
    return str((await make_user(shared, f"mira {uuid4()}"))["name"])


async def test_a_browser_signs_in_works_and_signs_out(page: Browser, name: str) -> None:
    signed_in = await page.sign_in(name)
    assert (signed_in.status_code, signed_in.json()["name"]) == (201, name)
    cookie = signed_in.headers["set-cookie"]
    assert cookie.startswith("evendial=") and "Secure" not in cookie
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert attribute.lower() in cookie.lower()

    me = (await page.ask("GET", "/v1/me")).json()
    assert (me["name"], me["csrf_token"]) == (name, signed_in.json()["csrf_token"])
    assert (await page.ask("POST", "/v1/campaigns", json={"name": "spring"})).status_code == 201

    token = page.http.cookies["evendial"]
    assert (await page.ask("DELETE", "/v1/session")).status_code == 204
    assert "evendial" not in page.http.cookies
    page.http.cookies["evendial"] = token
    assert (await page.ask("GET", "/v1/me")).status_code == 401


async def test_names_are_the_same_however_they_are_capitalised(page: Browser, name: str) -> None:
    assert (await page.sign_in(name.upper())).json()["name"] == name


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": "\u00fc"}],
)
async def test_a_change_by_cookie_needs_the_csrf_token(
    page: Browser, name: str, headers: dict[str, str]
) -> None:
    await page.sign_in(name)
    for method, path in (("POST", "/v1/campaigns"), ("DELETE", "/v1/session")):
        sent = httpx.Headers(headers, encoding="latin-1")
        refused = await page.http.request(method, path, json={"name": "forged"}, headers=sent)
        assert (refused.status_code, refused.json()["type"]) == (403, "csrf_token_needed")
    assert (await page.ask("GET", "/v1/campaigns")).json()["items"] == []


async def test_the_csrf_token_is_that_of_the_session(shared: Running, page: Browser, name: str) -> None:
    await page.sign_in(name)
    before = dict(page.csrf)
    await page.sign_in(name)
    refused = await page.http.post("/v1/campaigns", json={"name": "x"}, headers=before)
    assert refused.json()["type"] == "csrf_token_needed"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
async def test_pages_of_others_change_nothing(page: Browser, name: str, origin: str) -> None:
    refused = await page.sign_in(name, Origin=origin)
    assert (refused.status_code, refused.json()["type"]) == (403, "foreign_origin")
    await page.sign_in(name)
    headers = page.csrf | {"Origin": origin}
    refused = await page.http.post("/v1/campaigns", json={"name": "x"}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (403, "foreign_origin")
    own = page.csrf | {"Origin": str(page.http.base_url).rstrip("/")}
    assert (await page.http.post("/v1/campaigns", json={"name": "x"}, headers=own)).status_code == 201


async def test_a_key_wins_over_a_cookie_and_needs_no_csrf_token(
    shared: Running, page: Browser, name: str
) -> None:
    await page.sign_in(name)
    key = shared.admin.headers["Authorization"]
    asked = await page.http.get("/v1/me", headers={"Authorization": key})
    assert (asked.json()["name"], "csrf_token" in asked.json()) == ("admin", True)
    assert asked.json()["csrf_token"] is None
    headers = {"Authorization": key, "Origin": "https://elsewhere.example"}
    assert (await page.http.post("/v1/campaigns", json={"name": "x"}, headers=headers)).status_code == 201
    wrong = await page.http.get("/v1/me", headers={"Authorization": "Bearer wrong"})
    assert wrong.status_code == 401


async def test_each_sign_in_has_a_new_token_and_ends_the_one_it_replaces(page: Browser, name: str) -> None:
    await page.sign_in(name)
    first = page.http.cookies["evendial"]
    await page.sign_in(name)
    second = page.http.cookies["evendial"]
    assert first != second
    for token, status in ((first, 401), (second, 200)):
        page.http.cookies["evendial"] = token
        assert (await page.ask("GET", "/v1/me")).status_code == status


@pytest.mark.parametrize(
    ("column", "age", "status"),
    [
        ("last_seen_at", timedelta(minutes=29), 200),
        ("last_seen_at", timedelta(minutes=31), 401),
        ("created_at", timedelta(hours=11, minutes=59), 200),
        ("created_at", timedelta(hours=12, minutes=1), 401),
    ],
)
async def test_a_session_ends_by_age_and_by_rest(
    shared: Running, page: Browser, name: str, column: str, age: timedelta, status: int
) -> None:
    await page.sign_in(name)
    column_before = {"last_seen_at": "last_seen_at = last_seen_at - $1::interval"}.get(
        column, "created_at = created_at - $1::interval"
    )
    mine = "user_id = (select user_id from person where name = $2)"
    await shared.pool.execute(f"update session set {column_before} where {mine}", age, name)  # noqa: S608
    assert (await page.ask("GET", "/v1/me")).status_code == status


async def test_a_request_keeps_the_session_awake_and_the_next_sign_in_clears_old_ones(
    shared: Running, page: Browser, name: str
) -> None:
    await page.sign_in(name)
    mine = "from session s join person p using (user_id) where p.name = $1"
    await shared.pool.execute("update session set last_seen_at = last_seen_at - interval '20 min'")
    await page.ask("GET", "/v1/me")

    async def seen() -> bool:
        rest = await shared.pool.fetchval(f"select now() - s.last_seen_at {mine}", name)
        return bool(rest < timedelta(minutes=1))

    await until(seen)
    await shared.pool.execute("update session set last_seen_at = last_seen_at - interval '1 hour'")
    other = str((await make_user(shared, f"tom {uuid4()}"))["name"])
    await page.sign_in(other)
    assert await shared.pool.fetchval(f"select count(*) {mine}", name) == 0


async def test_a_wrong_password_and_a_wrong_name_look_the_same(page: Browser, name: str) -> None:
    answers = [await page.sign_in(name, "not the password at all"), await page.sign_in("nobody there")]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["type"] == "wrong_credentials"
    assert "set-cookie" not in answers[0].headers


async def test_who_has_no_password_or_is_disabled_is_told_no_more(
    shared: Running, page: Browser, name: str
) -> None:
    passwordless = await make_user(shared, f"tom {uuid4()}", password=None)
    user_id = await shared.pool.fetchval("select user_id from person where name = $1", name)
    await shared.admin.patch(f"/v1/users/{user_id}", json={"disabled": True})
    for each in (passwordless["name"], name):
        refused = await page.sign_in(each)
        assert refused.json()["detail"] == "The name or the password is wrong."


async def test_the_sixth_failure_of_an_account_is_refused_from_anywhere(shared: Running, name: str) -> None:
    statuses = []
    for _ in range(6):
        async with browser(shared, **{"X-Forwarded-For": some_address()}) as elsewhere:
            refused = await elsewhere.sign_in(name, "not the password at all")
            statuses.append(refused.status_code)
    assert statuses == [401] * 5 + [429]
    assert refused.json()["type"] == "too_many_attempts"
    assert 0 < int(refused.headers["Retry-After"]) <= 60


async def test_many_failures_at_once_are_counted_all(page: Browser, name: str) -> None:
    answers = await asyncio.gather(*(page.sign_in(name, f"not the password {each}") for each in range(30)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 25


async def test_an_address_that_claims_to_be_another_one_is_refused_all_the_same(fresh: Running) -> None:
    assert fresh.settings.trusted_proxies == 0
    statuses = []
    for each in range(6):
        async with browser(fresh, **{"X-Forwarded-For": f"127.0.0.{each + 2}"}) as page:
            statuses.append((await page.sign_in(f"name {each}", "not the password at all")).status_code)
    assert statuses == [401] * 5 + [429]
    async with browser(fresh) as page:
        assert (await page.sign_in("user")).status_code == 429


async def test_a_repeat_under_the_same_idempotency_key_is_told_so(page: Browser, name: str) -> None:
    key = str(uuid4())
    assert (await page.sign_in(name, **{"Idempotency-Key": key})).status_code == 201
    again = await page.sign_in(name, **{"Idempotency-Key": key})
    assert (again.status_code, again.json()["type"]) == (409, "already_done")
    assert (await page.ask("GET", "/v1/me")).status_code == 200


async def test_another_password_ends_the_other_sessions(shared: Running, page: Browser, name: str) -> None:
    async with browser(shared, **{"X-Forwarded-For": some_address()}) as elsewhere:
        await elsewhere.sign_in(name)
        await page.sign_in(name)
        wrong = {"old_password": "not the password at all", "new_password": OTHER_PASSWORD}
        refused = await page.ask("PUT", "/v1/me/password", json=wrong)
        assert (refused.status_code, refused.json()["type"]) == (409, "wrong_password")
        body = {"old_password": PASSWORD, "new_password": OTHER_PASSWORD}
        assert (await page.ask("PUT", "/v1/me/password", json=body)).status_code == 204
        assert (await page.ask("GET", "/v1/me")).status_code == 200
        assert (await elsewhere.ask("GET", "/v1/me")).status_code == 401
        assert (await elsewhere.sign_in(name)).status_code == 401
        assert (await elsewhere.sign_in(name, OTHER_PASSWORD)).status_code == 201


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("x7Gk-29dQ-p", "must be 12 to 1024 characters"),
        ("password1234", "first that are guessed"),
        ("qwertyuiop12", "first that are guessed"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "first that are guessed"),
        ("evendial2026", "first that are guessed"),
    ],
)
async def test_a_weak_password_is_refused(page: Browser, name: str, password: str, reason: str) -> None:
    await page.sign_in(name)
    body = {"old_password": PASSWORD, "new_password": password}
    refused = await page.ask("PUT", "/v1/me/password", json=body)
    assert (refused.status_code, refused.json()["field"]) == (400, "new_password")
    assert reason in refused.json()["reason"]


async def test_an_overlong_password_is_refused_before_any_work(page: Browser, name: str) -> None:
    refused = await page.sign_in(name, "x" * 1025)
    assert (refused.status_code, refused.json()["field"]) == (400, "password")


@pytest.mark.parametrize("password", ["zwölf Boote unter 橋 \x00\x07", "😀 harbour lamps 😀", "x7Gk-" * 200])
async def test_any_character_may_be_in_a_password(shared: Running, page: Browser, password: str) -> None:
    user = await make_user(shared, f"ida {uuid4()}", password=password)
    assert (await page.sign_in(user["name"], password)).status_code == 201


async def test_a_password_is_kept_as_argon2id_and_hashed_anew_when_that_is_weaker(
    shared: Running, page: Browser, name: str
) -> None:
    kept = "select password from person where name = $1"
    now = await shared.pool.fetchval(kept, name)
    assert now.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    weak = argon2.PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
    await shared.pool.execute("update person set password = $2 where name = $1", name, weak)
    assert (await page.sign_in(name)).status_code == 201
    assert (await shared.pool.fetchval(kept, name)).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert (await page.sign_in(name)).status_code == 201


async def test_tokens_are_stored_as_hashes_only(shared: Running, page: Browser, name: str) -> None:
    await page.sign_in(name)
    token = page.http.cookies["evendial"]
    stored = " ".join(row["row"] for row in await shared.pool.fetch("select s::text as row from session s"))
    assert hashlib.sha256(token.encode()).hexdigest() in stored
    assert token not in stored and token.encode().hex() not in stored


@pytest.mark.parametrize(
    "headers", [{"Host": "dialer.example"}, {"X-Forwarded-For": "192.0.2.7"}, {"Host": "192.0.2.7:8080"}]
)
async def test_over_plain_http_a_password_is_taken_on_this_machine_only(
    shared: Running, page: Browser, name: str, headers: dict[str, str]
) -> None:
    refused = await page.sign_in(name, **headers)
    assert (refused.status_code, refused.json()["type"]) == (403, "https_needed")
    await page.sign_in(name)
    assert (await page.http.get("/v1/me", headers=headers)).status_code == 401


async def test_behind_https_the_cookie_is_the_hosts_alone(settings: Settings) -> None:
    behind_tls = msgspec.structs.replace(settings, public_url="https://Dialer.example/", trusted_proxies=1)
    async with running(behind_tls) as service:
        await make_user(service, "mira")
        headers = {
            "X-Forwarded-For": "192.0.2.7",
            "Host": "internal:8080",
            "Origin": "https://dialer.example",
        }
        async with browser(service, **headers) as page:
            answer = await page.sign_in("mira")
            cookie = answer.headers["set-cookie"]
            assert cookie.startswith("__Host-evendial=")
            assert {"secure", "httponly", "path=/", "samesite=strict"} <= set(cookie.lower().split("; "))
            assert "domain" not in cookie.lower()
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
            sent = page.csrf | {"Cookie": cookie.split(";")[0]}
            made = await page.http.post("/v1/campaigns", json={"name": "x"}, headers=sent)
            assert made.status_code == httpx.codes.CREATED
            foreign = sent | {"Origin": "https://dialer.example.evil.example"}
            refused = await page.http.post("/v1/campaigns", json={"name": "x"}, headers=foreign)
            assert refused.json()["type"] == "foreign_origin"
            entries = (await service.admin.get("/v1/access-log")).json()["items"]
            assert [(each["what"], each["address"]) for each in entries[:1]] == [("signed_in", "192.0.2.7")]
