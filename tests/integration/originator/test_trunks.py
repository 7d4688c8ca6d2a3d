"""A trunk that fails its calls gets no more of them from any originator, whatever was planned for it."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.codec import decode
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.subjects import events_of
from evendial_contracts.trunks import TrunkCarried, TrunkFailing, TrunkTrouble
from nats.aio.msg import Msg

from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.world import World
from tests.waiting import until

pytestmark = pytest.mark.integration

Said = list[TrunkFailing | TrunkCarried]


async def hearing(world: World) -> Said:
    """What originators say of trunks from now on."""
    said: Said = []

    async def hear(message: Msg) -> None:
        fact = decode(message.headers["ce-type"], message.data) if message.headers else None
        if isinstance(fact, TrunkFailing | TrunkCarried):
            said.append(fact)

    for subject in events_of(TrunkFailing, TrunkCarried):
        await world.bus.client.subscribe(subject, cb=hear)
    return said


async def commands(world: World, campaign: UUID, trunk_id: UUID, count: int) -> list[DialNumber]:
    """One each 60 ms."""
    return [
        await world.command(campaign, due_in_s=0.4 + 0.06 * step, trunk_id=trunk_id) for step in range(count)
    ]


def placed(peer: AmiPeer, orders: Sequence[DialNumber]) -> int:
    ids = {each["ActionID"] for each in peer.sent("Originate")}
    return sum(f"ed-{order.command_id.hex}" in ids for order in orders)


async def test_after_five_failures_in_a_row_the_rest_is_void_and_the_others_are_told(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    said = await hearing(world)
    peer.errors = {"Originate": "No such endpoint"}
    campaign, trunk_id = await world.activated(), uuid4()
    orders = await commands(world, campaign, trunk_id, 15)
    ends = [await world.ended(order) for order in orders[:5]]
    assert {end.disposition for end in ends} == {Disposition.FAILED_SYSTEM}
    assert {(await world.voided(order)).reason for order in orders[8:]} == {VoidReason.BREAKER}
    assert 5 <= placed(peer, orders) <= 8
    alarm = (await until(lambda: said))[0]
    assert isinstance(alarm, TrunkFailing)
    assert (alarm.trunk_id, alarm.trunk_epoch, alarm.reason) == (trunk_id, 0, TrunkTrouble.FAILING)
    assert await world.fetch("select from attempt where held or live") == []


async def test_another_trunk_and_the_trial_of_a_new_epoch_are_placed_meanwhile(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    said = await hearing(world)
    campaign, trunk_id = await world.activated(), uuid4()
    first = await world.command(campaign, trunk_id=trunk_id)
    await until(lambda: placed(peer, [first]))
    failing = TrunkFailing(
        trunk_id=trunk_id, trunk_epoch=0, reason=TrunkTrouble.FAILING, failing_at=first.slot_at
    )
    await world.bus.publish(failing)
    await until(lambda: failing in said)
    late = await world.command(campaign, trunk_id=trunk_id)
    other = await world.command(campaign)
    trial = await world.command(campaign, trunk_id=trunk_id, trunk_epoch=1, trial=True)
    assert (await world.voided(late)).reason is VoidReason.BREAKER
    await until(lambda: placed(peer, [other, trial]) == 2)
    peer.event(
        "DialState", DestUniqueid=f"ed-{trial.command_id.hex}", DialStatus="RINGING", Privilege="call,all"
    )
    carried = await until(lambda: [each for each in said if isinstance(each, TrunkCarried)])
    assert [(each.trunk_id, each.command_id) for each in carried] == [(trunk_id, trial.command_id)]


async def test_a_trunk_between_whose_failures_calls_go_on_is_not_refused(world: World, peer: AmiPeer) -> None:
    await world.start()
    campaign, trunk_id = await world.activated(), uuid4()
    orders: list[DialNumber] = []
    for step in range(9):
        peer.errors = {"Originate": "No such endpoint"} if step % 3 else {}
        orders.append(await world.command(campaign, due_in_s=0.2, trunk_id=trunk_id))
        await until(lambda: placed(peer, orders) == len(orders))
