"""A sample campaign through the HTTP API, watched by an outside subscriber, checked against the carrier."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import UUID

from rich.console import Console

from deploy.local import sample_plan as plan
from deploy.local.carrier import CarrierCall, read_record
from deploy.local.listener import Listener, listening
from deploy.local.sample_report import disagreements, slot_error
from deploy.local.sample_screen import bar, outcome_table, slot_line
from deploy.local.stack import Stack
from deploy.local.telephony import Telephony
from deploy.local.user import User, user_of

_DEADLINE_S = 120.0
_RECORD_DEADLINE_S = 5.0
_ASK_EVERY_S = 1.0


async def run_sample(stack: Stack, telephony: Telephony, console: Console) -> bool:
    """Dial the sample and show it; true when every outcome is what the carrier really did.

    Raises ProcessFailed when a part of the stack ends, ApiRefused when the API does not do its part.
    """
    async with user_of(stack.api) as user:
        campaign = await _prepare(user)
        async with listening(stack.wiring.nats_url, await user.id(), str(campaign)) as heard:
            began = datetime.now(UTC)
            await user.activate(campaign)
            await _watch(stack, user, campaign, heard, console)
            carriers = await _record(telephony, began, len(heard.calls))
    console.print(outcome_table(heard.e164, heard.calls, carriers))
    error = slot_error(heard.calls)
    console.print(slot_line(error))
    problems = disagreements(heard.e164, heard.calls, carriers) + _broken_promises(heard)
    for problem in problems:
        console.print(f"[red]{problem}")
    if not problems:
        carrier = "The simulated carrier" if telephony.simulated else "The carrier"
        console.print(f"[green]{carrier}'s own record of {len(carriers)} calls agrees, number by number.")
    return not problems


async def _prepare(user: User) -> UUID:
    return await user.campaign(
        plan.number_list(),
        prompt=plan.prompt_wav(),
        calls_per_minute=plan.CALLS_PER_MINUTE,
        max_retries=plan.MAX_RETRIES,
        retry_delay_s=plan.RETRY_DELAY_S,
        ring_timeout_s=plan.RING_TIMEOUT_S,
    )


async def _watch(stack: Stack, user: User, campaign: UUID, heard: Listener, console: Console) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    ask_at, why = 0.0, ""
    with bar(console) as shown:
        while not heard.finished and time.monotonic() < deadline:
            stack.parts.check()
            if time.monotonic() >= ask_at:
                ask_at, why = time.monotonic() + _ASK_EVERY_S, await user.why(campaign)
            shown.show(heard, why)
            await asyncio.sleep(0.1)
        shown.show(heard)


async def _record(telephony: Telephony, began: datetime, calls: int) -> list[CarrierCall]:
    """The carrier's record, once it holds that many calls: it writes one down when its own leg has ended."""
    deadline = time.monotonic() + _RECORD_DEADLINE_S
    while True:
        record = [call for call in read_record(telephony.record) if call.started_at >= began]
        if len(record) >= calls or time.monotonic() > deadline:
            return record
        await asyncio.sleep(0.05)


def _broken_promises(heard: Listener) -> list[str]:
    problems = [f"command {command} ended twice" for command in heard.ended_twice]
    if not heard.finished:
        problems.append(f"the campaign was not finished within {_DEADLINE_S:g} s")
    error = slot_error(heard.calls)
    if error is not None and error.least < 0:
        problems.append(f"a call started {-error.least:.1f} ms before its slot")
    return problems
