"""What an originator says each second: that it can dial, or why not."""

import pytest
from evendial_contracts.requests import OriginatorTroubled, Trouble
from evendial_contracts.subjects import originator_trouble

from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.world import World
from tests.waiting import until

pytestmark = pytest.mark.integration


class Ear:
    """The troubles that were told, in order."""

    def __init__(self) -> None:
        self.troubles: list[Trouble] = []

    async def hear(self, told: OriginatorTroubled) -> None:
        self.troubles.append(told.trouble)


async def test_what_keeps_it_from_dialling_is_said_by_its_name(world: World, peer: AmiPeer) -> None:
    ear = Ear()
    await world.bus.listen(originator_trouble(world.settings.pool_names[0]), OriginatorTroubled, ear.hear)
    await world.start()
    ear.troubles.clear()
    world.agi_alive = False
    await until(lambda: ear.troubles)
    assert set(ear.troubles) == {Trouble.NO_AGI}
    before = world.heartbeats
    await until(lambda: len(ear.troubles) >= 3)
    assert world.heartbeats == before

    world.agi_alive = True
    await until(lambda: world.heartbeats > before)
    ear.troubles.clear()
    await peer.stop()
    await until(lambda: Trouble.NO_ASTERISK in ear.troubles)
