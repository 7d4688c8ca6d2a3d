"""The routes that read: how many requests a second one process answers, and how fast."""

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

from bench import history, rebuild, report
from deploy.local.stack import Stack, local_stack
from deploy.local.user import user_of

TITLE = "Reads: requests a second"
CONNECTIONS = 8
SECONDS = 5.0

TEXT = f"""One service process, a campaign of a million numbers with 222,220 calls and a million facts;
{CONNECTIONS} connections that ask again as soon as they are answered, each route for {SECONDS:g} s. The
client shares the machine with the service and Postgres. `/v1/me` is the bare route beside them: it tells
whose key it is and reads nothing else. A page has 100 rows.

| route | requests/s | of `/v1/me` | p50 ms | p99 ms |
|---|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Route:
    """A question, and what it is called."""

    name: str
    path: str


async def measure() -> None:
    """Asks every route, prints and writes the section."""
    rows, bare = "", 0.0
    async with local_stack(None, services=("campaigns",)) as stack:
        campaign_id = await history.make(stack)
        await rebuild.run(stack)
        for route in await _routes(stack, campaign_id):
            waits = await _ask(stack, route.path)
            rate = len(waits) / SECONDS
            bare = bare or rate
            row = _row(route.name, rate, rate / bare, waits)
            print(row, end="", flush=True)
            rows += row
    report.write(TITLE, TEXT + rows)


async def _routes(stack: Stack, campaign_id: UUID) -> list[Route]:
    url = f"/v1/campaigns/{campaign_id}"
    async with user_of(stack.api) as user:
        page = await user.ask("GET", f"{url}/calls", params={"limit": 1})
    call = page["items"][0]
    return [
        Route(name="me", path="/v1/me"),
        Route(name="campaign", path=url),
        Route(name="campaigns", path="/v1/campaigns"),
        Route(name="numbers", path=f"{url}/numbers?limit=100"),
        Route(name="numbers in one state", path=f"{url}/numbers?state=waiting_retry&limit=100"),
        Route(name="calls", path=f"{url}/calls?limit=100"),
        Route(name="calls that were busy", path=f"{url}/calls?disposition=busy&limit=100"),
        Route(name="one call", path=f"{url}/calls/{call['command_id']}"),
        Route(name="log", path=f"{url}/log?limit=100"),
        Route(name="log, acts of people alone", path=f"{url}/log?kind=campaign&limit=100"),
        Route(name="log of a number", path=f"{url}/numbers/{call['number_id']}/log"),
        Route(name="progress", path=f"{url}/progress"),
    ]


async def _ask(stack: Stack, path: str) -> list[float]:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {stack.api.user_key}\r\n\r\n"
    ).encode()
    until = time.perf_counter() + SECONDS
    told = await asyncio.gather(
        *(_connection(stack.wiring.http_port, request, until) for _ in range(CONNECTIONS))
    )
    return sorted(wait for waits in told for wait in waits)


async def _connection(port: int, request: bytes, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits: list[float] = []
    while (began := time.perf_counter()) < until:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        waits.append((time.perf_counter() - began) * 1000)
    writer.close()
    return waits


def _row(name: str, rate: float, share: float, waits: list[float]) -> str:
    p50, p99 = (waits[int(part * (len(waits) - 1))] for part in (0.5, 0.99))
    return f"| {name} | {rate:.0f} | {share:.2f} | {p50:.1f} | {p99:.1f} |\n"
