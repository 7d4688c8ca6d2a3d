import msgspec
import pytest
from evendial_chassis.bus import Bus
from evendial_contracts.dialing import DialNumber
from evendial_contracts.requests import CommandKnown, EndCommand
from evendial_contracts.subjects import END_COMMAND
from evendial_scheduler import sweeper as sweeper_module
from evendial_scheduler.core.state import State
from evendial_scheduler.sweeper import Sweeper

from tests.integration.scheduler.world import World, originated, seconds

pytestmark = pytest.mark.integration


class Ledger:
    """An originator's answers, and what it was asked."""

    def __init__(self, *, voided: bool) -> None:
        self.voided = voided
        self.asked: list[EndCommand] = []

    async def answer(self, command: EndCommand) -> CommandKnown:
        self.asked.append(command)
        return CommandKnown(command_id=command.command_id, voided=self.voided)


async def one_overdue(world: World) -> DialNumber:
    await world.has_a_trunk()
    await world.has_a_campaign(1)
    (order,) = await world.plans()
    world.clock.now = order.not_after + seconds(5.1)
    return order


async def test_a_command_of_which_nothing_is_heard_is_asked_for_until_it_has_ended(
    world: World, bus: Bus
) -> None:
    order = await one_overdue(world)
    ledger, sweeper = Ledger(voided=True), Sweeper(world.pool, world.clock, bus)
    await bus.listen(END_COMMAND, EndCommand, ledger.answer, queue="originators")
    assert [await sweeper.sweep(), await sweeper.sweep()] == [1, 1]
    asked = msgspec.to_builtins(ledger.asked[0])
    assert {name: msgspec.to_builtins(order)[name] for name in asked} == asked
    assert await world.state_of(order.campaign_id, 1) is State.SCHEDULED


async def test_a_command_that_was_claimed_is_calling_and_not_asked_for_again(world: World, bus: Bus) -> None:
    order = await one_overdue(world)
    ledger, sweeper = Ledger(voided=False), Sweeper(world.pool, world.clock, bus)
    await bus.listen(END_COMMAND, EndCommand, ledger.answer, queue="originators")
    assert [await sweeper.sweep(), await sweeper.sweep()] == [1, 0]
    assert await world.state_of(order.campaign_id, 1) is State.CALLING


async def test_commands_that_are_not_overdue_or_in_a_call_are_left_alone(world: World, bus: Bus) -> None:
    order = await one_overdue(world)
    ledger, sweeper = Ledger(voided=True), Sweeper(world.pool, world.clock, bus)
    await bus.listen(END_COMMAND, EndCommand, ledger.answer, queue="originators")
    world.clock.now = order.not_after + seconds(4.9)
    assert await sweeper.sweep() == 0
    await world.hears(originated(order))
    world.clock.now += seconds(60)
    assert await sweeper.sweep() == 0


async def test_nobody_answers_and_the_commands_are_kept(
    world: World, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper_module, "ANSWER_TIMEOUT_S", 0.1)
    order = await one_overdue(world)
    assert await Sweeper(world.pool, world.clock, bus).sweep() == 0
    assert await world.state_of(order.campaign_id, 1) is State.SCHEDULED
