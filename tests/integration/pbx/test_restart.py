"""Asterisk ends, in good order or not, and comes back."""

import os
import signal

import pytest

from tests.integration.pbx.phones import Phones, callee

pytestmark = pytest.mark.integration


async def boot_id(phones: Phones) -> tuple[str, str]:
    """When Asterisk says that it was started."""
    status = await phones.ask("CoreStatus")
    return status["CoreStartupDate"], status["CoreStartupTime"]


async def test_an_orderly_end_hangs_up_and_a_kill_says_nothing(phones: Phones) -> None:
    before = await boot_id(phones)
    ringing, up = await phones.dial(callee("30")), await phones.dial(callee("119"))
    agi = await phones.agi.session(up)
    await phones.event(ringing, "DialState")
    os.kill(phones.process.pid, signal.SIGTERM)
    told = await phones.over(ringing)
    assert (told["OriginateResponse"]["Reason"], told["Hangup"]["Cause"]) == ("0", "0")
    agi.close()
    await phones.event(up, "Hangup")

    phones.process.kill()  # a real one may take its time after that
    await phones.start_again()
    assert await boot_id(phones) > before
    assert len(await phones.ask_list("CoreShowChannels", until_count=2)) == 2

    number = callee("30")
    ringing = await phones.dial(number)
    await phones.event(ringing, "DialState")
    phones.process.kill()
    await phones.start_again()
    assert phones.told(ringing) == []
    assert len(await phones.ask_list("CoreShowChannels", until_count=2)) == 2
    told = await phones.over(await phones.dial(callee("20"), channel_id=ringing))
    assert told["Hangup"]["Cause"] == "17", "the id is free again"
