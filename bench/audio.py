"""Campaigns whose calls hear one second of a prompt, and the same sound for whoever is measured beside us."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bench.bare_calls import Job
from deploy.local.carrier import CarrierCall, read_record
from deploy.local.sample_plan import prompt_wav
from deploy.local.services import SERVICES
from deploy.local.stack import Stack
from deploy.local.user import User

PROMPT_S = 1.0
STAYS = "4930119"
"""Answers at once and stays for nine seconds: the call is ended by whoever has played the sound."""
MOST_CALLS_A_SECOND = 500


@dataclass(frozen=True, kw_only=True)
class Window:
    """A time in which calls are counted, in Unix seconds."""

    since: float
    until: float

    def ended(self, stack: Stack, prefix: str) -> list[CarrierCall]:
        """The calls to numbers with that prefix that ended in it, by the carrier's record."""
        assert stack.telephony
        return [
            call
            for call in read_record(stack.telephony.record)
            if call.number.startswith(prefix) and self.since <= call.ended_at.timestamp() < self.until
        ]


async def campaign(user: User, numbers: Sequence[str], **rules: Any) -> UUID:
    """A campaign that plays its prompt and hangs up."""
    wav = prompt_wav(PROMPT_S)
    rules.setdefault("device_id", await user.device(calls_per_second=MOST_CALLS_A_SECOND))
    made = await user.campaign(numbers, prompt=wav, **rules)
    play = {"kind": "play", "prompt_id": await user.upload(wav)}
    await user.ask("PUT", f"/v1/campaigns/{made}/actions", json={"actions": [play]})
    return made


def bare_job(stack: Stack, prefix: str, *, calls_per_second: float, seconds: float) -> Job:
    """The same for the bare client; our services must be gone, for it listens where our agi service does."""
    assert stack.telephony
    told = stack.telephony.told[0]
    sound = next(told.prompt_dir.glob("*/*.ulaw"))
    return Job(
        host=told.ami.host,
        ami_port=told.ami.port,
        user=told.ami.user,
        secret=told.ami.secret,
        agi_port=told.agi_port,
        sound=f"evendial/{sound.parent.name}/{sound.stem}",
        prefix=prefix,
        calls_per_second=calls_per_second,
        seconds=seconds,
    )


def end_services(stack: Stack) -> None:
    """None of ours is there any more; NATS and Postgres stand idle."""
    for service in SERVICES:
        stack.kill(service)
