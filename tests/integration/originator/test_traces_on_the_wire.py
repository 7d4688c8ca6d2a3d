"""The recorded traces through our own client: TCP may cut them anywhere."""

import asyncio
import random

import pytest
from evendial_originator.ami_session import Address, Patience
from evendial_originator.asterisk import Asterisk
from evendial_originator.core.facts import CallFact, ChannelFact, Fact
from msgspec.structs import replace

from tests.integration.originator.ami_peer import AmiPeer
from tests.traces.replay import fact_in
from tests.traces.rows import ROWS
from tests.traces.trace import fields, path_of, read
from tests.unit.originator.samples import SENT
from tests.waiting import until

pytestmark = pytest.mark.integration

SEED = 7
NO_PINGS = Patience(ping_every_s=600)
"""An answer to one would stand in the middle of a message that is still being said."""


async def a_turn_of_the_loop() -> None:
    """So that the other side reads what it has got so far."""
    turned = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turned.set_result, None)
    await turned


@pytest.mark.parametrize("major", [22, 16])
async def test_what_is_cut_between_segments_arrives_as_it_was_said(peer: AmiPeer, major: int) -> None:
    address = Address(host="127.0.0.1", port=peer.port, username="evendial", secret=peer.password)
    facts: list[Fact] = []
    asterisk = Asterisk(address, NO_PINGS)
    running = asyncio.create_task(asterisk.run(facts.append))
    await until(lambda: asterisk.trouble() is None)
    said = [each for row in ROWS for each in read(path_of(major, row.name)) if "event" in fields(each.text)]
    expected = [fact for each in said if (fact := fact_in(each))]
    wire = b"".join(each.text.replace("\n", "\r\n").encode() + b"\r\n\r\n" for each in said)
    chance = random.Random(SEED)
    while wire:
        size = chance.choice((1, 2, 3, 60, 700))
        peer.say(wire[:size])
        wire = wire[size:]
        await a_turn_of_the_loop()

    def heard() -> list[CallFact]:
        return [fact for fact in facts if isinstance(fact, ChannelFact)]

    await until(lambda: len(heard()) >= len(expected))
    assert [replace(fact, at=SENT) for fact in heard()] == [replace(fact, at=SENT) for fact in expected]
    asterisk.close()
    await running
