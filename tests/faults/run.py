"""Runs cells one after the other on one stack, which is made anew when a cell has broken it."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random

import httpx
import msgspec

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.places import Crew
from deploy.local.processes import ProcessFailed
from deploy.local.stack import Stack, local_stack
from deploy.local.user import ApiRefused, user_of
from deploy.pbx.instance import Simulation
from tests.faults.cells import Cell
from tests.faults.evidence import Evidence
from tests.faults.gather import Gather
from tests.faults.judge import Verdict, judge
from tests.faults.scene import scene
from tests.faults.stage import Stage
from tests.faults.subscriber import subscribed

KEPT_UNDER = Path(tempfile.gettempdir()) / "evendial-faults"
RTP_PORTS = 200


@dataclass(frozen=True, kw_only=True)
class House:
    """A running stack and who works on it."""

    stack: Stack
    stage: Stage
    gather: Gather


@asynccontextmanager
async def house(build: AsteriskBuild | Simulation) -> AsyncIterator[House]:
    """Two of everything, on wires that can fail, and a durable subscriber that has heard all of it."""
    crew = Crew(schedulers=2, originators=2)
    async with (
        local_stack(build, crew=crew, faulty=True, rtp_ports=RTP_PORTS) as stack,
        user_of(stack.api) as user,
        subscribed(stack.wiring.nats_url) as subscriber,
    ):
        yield House(stack=stack, stage=Stage(stack, user), gather=Gather(stack, user, subscriber))


class Runner:
    """Keeps a house as long as it stands."""

    def __init__(self, build: AsteriskBuild | Simulation) -> None:
        self._build = build
        self._house: House | None = None
        self._standing = AsyncExitStack()
        self._serials = count()

    async def __aenter__(self) -> "Runner":
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._tear_down()

    async def run(self, cell: Cell, seed: str) -> Verdict:
        """One scene with one fault; the same seed strikes the same way at the same moments."""
        began = datetime.now(UTC)
        house_ = self._house or await self._build_up()
        try:
            played = await house_.stage.play(scene(seed, next(self._serials)), cell, Random(seed))
            evidence = await house_.gather.evidence(played, began)
            verdict = judge(evidence)
        except (ApiRefused, ProcessFailed, httpx.HTTPError, OSError, TimeoutError) as failure:
            evidence = None
            verdict = Verdict(stuck=[f"{type(failure).__name__}: {failure}"])
        if verdict.broken:
            self._keep(house_.stack, cell, seed, verdict, evidence)
        if verdict.stuck:
            await self._tear_down()
        return verdict

    async def _build_up(self) -> House:
        self._house = await self._standing.enter_async_context(house(self._build))
        return self._house

    async def _tear_down(self) -> None:
        self._house = None
        await self._standing.aclose()

    def _keep(self, stack: Stack, cell: Cell, seed: str, verdict: Verdict, evidence: Evidence | None) -> None:
        folder = kept_at(cell, seed)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        assert stack.telephony
        logs = [*stack.folder.glob("*.log"), stack.telephony.record]
        logs += [file for each in stack.telephony.dialers for file in (each.folder / "log").glob("*.log")]
        for log in logs:
            if log.exists():
                shutil.copy(log, folder / f"{log.parent.parent.name}-{log.name}")
        (folder / "evidence.json").write_bytes(msgspec.json.encode(evidence))
        lines = [f"{promise}: {each}" for promise, found in verdict.broken.items() for each in found]
        (folder / "verdict.txt").write_text("\n".join(lines) + "\n")


def kept_at(cell: Cell, seed: str) -> Path:
    """Where the logs of a failed run are."""
    name = f"{cell.name} {seed}".replace(" ", "_").replace(">", "-")
    return KEPT_UNDER / name
