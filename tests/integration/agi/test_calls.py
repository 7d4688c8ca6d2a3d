"""What callees get and what is reported: each case on a fake Asterisk and on a real one."""

import asyncio
from uuid import uuid4

import msgspec
import pytest
from evendial_chassis.run import Stop
from evendial_contracts.actions import Ivr, SequenceResult, Wait

from deploy.local.carrier import read_record
from tests.conftest import AsteriskPair
from tests.integration.agi.conftest import Campaign
from tests.integration.agi.line import HANGS_UP, PRESSES_KEY, STAYS, Ended, Line
from tests.integration.agi.real_asterisk import RealAsterisk
from tests.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("service")]

SHORT = Wait(seconds=0.2)
LONG = Wait(seconds=60)


async def test_a_sequence_runs_to_its_end(campaign: Campaign, line: Line) -> None:
    await campaign.announce(SHORT, await campaign.prompt(0.3), SHORT)
    command_id = uuid4()
    assert await line.call(campaign.token(command_id), STAYS) == Ended(marked=True)
    ended = await campaign.ended(command_id)
    assert (ended.result, ended.actions_done, ended.actions_total) == (SequenceResult.COMPLETED, 3, 3)
    assert campaign.actions(command_id) == [("wait", "done"), ("play", "done"), ("wait", "done")]


async def test_a_wait_ends_when_the_callee_hangs_up(campaign: Campaign, line: Line) -> None:
    await campaign.announce(LONG, SHORT)
    command_id = uuid4()
    assert await line.call(campaign.token(command_id), HANGS_UP) == Ended(marked=True)
    ended = await campaign.ended(command_id)
    assert (ended.result, ended.actions_done) == (SequenceResult.CALLEE_HUNG_UP, 0)
    assert campaign.actions(command_id) == [("wait", "callee_hung_up")]


async def test_a_prompt_ends_when_the_callee_hangs_up(campaign: Campaign, line: Line) -> None:
    await campaign.announce(SHORT, await campaign.prompt(60), SHORT)
    command_id = uuid4()
    assert await line.call(campaign.token(command_id), HANGS_UP) == Ended(marked=True)
    ended = await campaign.ended(command_id)
    assert (ended.result, ended.actions_done) == (SequenceResult.CALLEE_HUNG_UP, 1)
    assert campaign.actions(command_id) == [("wait", "done"), ("play", "callee_hung_up")]


@pytest.mark.parametrize("line", ["real"], indirect=True)
async def test_callees_who_hang_up_together_are_all_seen_to_have_hung_up(
    campaign: Campaign, line: Line
) -> None:
    """Asterisk closes the connection after a hangup: that must not look like a connection that was lost."""
    await campaign.announce(Wait(seconds=0.2), Wait(seconds=0.2), LONG)
    commands = [uuid4() for _ in range(12)]
    await asyncio.gather(*(line.call(campaign.token(each), HANGS_UP) for each in commands))
    assert {await campaign.result(each) for each in commands} == {SequenceResult.CALLEE_HUNG_UP}


async def test_a_key_does_not_cut_a_wait_short(campaign: Campaign, line: Line) -> None:
    await campaign.announce(Wait(seconds=1.6))
    command_id = uuid4()
    assert await line.call(campaign.token(command_id), PRESSES_KEY) == Ended(marked=True)
    assert await campaign.result(command_id) is SequenceResult.COMPLETED
    waited = next(report for report in campaign.reports if report.command_id == command_id)
    assert getattr(waited, "duration_ms", 0) >= 1600


async def test_a_prompt_that_nobody_stored_fails_the_sequence(campaign: Campaign, line: Line) -> None:
    await campaign.announce(await campaign.prompt(1, stored=False), SHORT)
    command_id = uuid4()
    assert await line.call(campaign.token(command_id), STAYS) == Ended(marked=True)
    assert await campaign.result(command_id) is SequenceResult.FAILED
    assert campaign.actions(command_id) == [("play", "failed")]


async def test_the_prompt_of_another_owner_is_not_played(campaign: Campaign, line: Line) -> None:
    play = await campaign.prompt(1)
    campaign.owner_id = uuid4()
    await campaign.announce(play)
    command_id = uuid4()
    assert await line.call(campaign.token(command_id), STAYS) == Ended(marked=True)
    assert await campaign.result(command_id) is SequenceResult.FAILED


async def test_an_ivr_takes_the_call_over(campaign: Campaign, line: Line) -> None:
    await campaign.announce(SHORT, Ivr(ivr_id=uuid4(), context="ivr-demo"))
    command_id = uuid4()
    assert await line.call(campaign.token(command_id), STAYS) == Ended(marked=True, context="ivr-demo")
    assert await campaign.result(command_id) is SequenceResult.HANDED_OVER
    assert campaign.actions(command_id) == [("wait", "done"), ("ivr", "done")]


async def test_an_ivr_that_is_not_there_is_a_configuration_error(campaign: Campaign, line: Line) -> None:
    await campaign.announce(SHORT, Ivr(ivr_id=uuid4(), context="no-such-context"))
    command_id = uuid4()
    assert await line.call(campaign.token(command_id), STAYS) == Ended(marked=True)
    assert await campaign.result(command_id) is SequenceResult.CONFIG_ERROR
    assert campaign.actions(command_id) == [("wait", "done"), ("ivr", "failed")]


async def test_names_that_would_break_out_are_not_sent(campaign: Campaign, fake_line: Line) -> None:
    """The contracts refuse such a version when it is read: to the call it is one that never came."""
    play = await campaign.prompt(0.1)
    await campaign.announce(SHORT, version=1)
    await campaign.announce(Ivr(ivr_id=uuid4(), context="ivr-demo\n"), version=2)
    await campaign.announce(msgspec.structs.replace(play, sha256=play.sha256 + "\n"), version=3)
    await fake_line.call(campaign.token(uuid4()), STAYS)
    for version in (2, 3):
        command_id = uuid4()
        called = await fake_line.call(campaign.token(command_id, version=version), STAYS)
        assert called == Ended(marked=True)
        ended = await campaign.ended(command_id)
        assert (ended.result, ended.actions_total) == (SequenceResult.CONFIG_ERROR, 0)


async def test_a_version_that_never_comes_is_a_configuration_error(campaign: Campaign, line: Line) -> None:
    await campaign.announce(SHORT, version=1)
    known, unknown = uuid4(), uuid4()
    await line.call(campaign.token(known), STAYS)
    assert await line.call(campaign.token(unknown, version=2), STAYS) == Ended(marked=True)
    ended = await campaign.ended(unknown)
    assert (ended.result, ended.actions_total) == (SequenceResult.CONFIG_ERROR, 0)


async def test_a_call_keeps_the_version_it_was_promised(campaign: Campaign, line: Line) -> None:
    await campaign.announce(SHORT, version=1)
    await campaign.announce(SHORT, SHORT, version=2)
    first, second = uuid4(), uuid4()
    await line.call(campaign.token(second, version=2), STAYS)
    await line.call(campaign.token(first, version=1), STAYS)
    assert (await campaign.ended(first)).actions_total == 1
    assert (await campaign.ended(second)).actions_total == 2


async def test_a_token_is_served_once(campaign: Campaign, line: Line) -> None:
    await campaign.announce(SHORT)
    token = campaign.token(uuid4())
    assert await line.call(token, STAYS) == Ended(marked=True)
    assert await line.call(token, STAYS) == Ended(marked=False)


@pytest.mark.parametrize("fault", ["forged", "expired", "nonsense", "empty"])
async def test_a_token_that_is_not_ours_is_refused(campaign: Campaign, line: Line, fault: str) -> None:
    await campaign.announce(SHORT)
    tokens = {
        "forged": campaign.token(uuid4(), key="another key, just as long as the right one"),
        "expired": campaign.token(uuid4(), valid_s=-1),
        "nonsense": "x" * 75,
        "empty": "",
    }
    assert await line.call(tokens[fault], STAYS) == Ended(marked=False)


async def test_the_callee_hears_the_prompt(campaign: Campaign, asterisk_pair: AsteriskPair) -> None:
    before = len(read_record(asterisk_pair.carrier.record))
    await campaign.announce(await campaign.prompt(1))
    command_id = uuid4()
    await RealAsterisk(asterisk_pair.dialer).call(campaign.token(command_id), STAYS)
    assert await campaign.result(command_id) is SequenceResult.COMPLETED
    heard = await until(lambda: read_record(asterisk_pair.carrier.record)[before:])
    assert heard[0].rtp_received >= 45


async def test_a_call_in_progress_outlives_the_order_to_stop(
    campaign: Campaign, line: Line, service: Stop
) -> None:
    await campaign.announce(SHORT, Wait(seconds=1), SHORT)
    command_id = uuid4()
    calling = asyncio.create_task(line.call(campaign.token(command_id), STAYS))
    await until(lambda: campaign.actions(command_id))
    service.request()
    assert await calling == Ended(marked=True)
    assert await campaign.result(command_id) is SequenceResult.COMPLETED
