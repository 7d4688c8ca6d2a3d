"""The orders of a log, each with the rules that were in force when it was made, and with its end."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from evendial_contracts.calls import CallEnded
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignFinished,
    CampaignRules,
    CampaignRulesChanged,
    CampaignStopped,
)
from evendial_contracts.dialing import DialNumber, NumberDialVoided
from evendial_contracts.message import Message
from evendial_contracts.resources import DeviceDefined, LimitsDefined, TrunkDefined

from tests.oracle.log import Log, micros

NEVER = 10**18


class Books:
    """What holds at one moment of the log: hears message after message."""

    def __init__(self) -> None:
        self.rules: dict[UUID, CampaignRules] = {}
        self.owners: dict[UUID, UUID] = {}
        self.epochs: dict[UUID, int] = defaultdict(int)
        self.active: dict[UUID, bool] = defaultdict(bool)
        self.trunks: dict[UUID, TrunkDefined] = {}
        self.devices: dict[UUID, DeviceDefined] = {}
        self.limits: dict[UUID, LimitsDefined] = {}

    def hear(self, message: Message) -> None:
        """The next one; of what people say nothing comes out of order here."""
        match message:
            case CampaignCreated() | CampaignRulesChanged():
                self.rules[message.campaign_id] = message.rules
                self.owners[message.campaign_id] = message.owner_id
            case CampaignActivated() | CampaignStopped() | CampaignFinished():
                self.epochs[message.campaign_id] = message.epoch
                self.active[message.campaign_id] = isinstance(message, CampaignActivated)
            case TrunkDefined():
                self.trunks[message.trunk_id] = message
            case DeviceDefined():
                self.devices[message.device_id] = message
            case LimitsDefined():
                self.limits[message.owner_id] = message
            case _:
                pass


@dataclass(slots=True)
class Order:
    """A dial command. `over_us` is the end of its call; `called`: it was not voided."""

    command: DialNumber
    planned_us: int
    slot_us: int
    rules: CampaignRules
    trunk: TrunkDefined
    device: DeviceDefined
    limits: LimitsDefined | None
    in_force: bool
    called: bool = True
    over_us: int = NEVER


class History:
    """All orders by the time of their slots."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.orders: list[Order] = []
        by_command: dict[UUID, Order] = {}
        books = Books()
        for at_us, message in log.entries:
            books.hear(message)
            if isinstance(message, DialNumber):
                order = by_command[message.command_id] = _order(message, at_us, books)
                self.orders.append(order)
            elif isinstance(message, CallEnded):
                by_command[message.command_id].over_us = micros(message.ended_at)
            elif isinstance(message, NumberDialVoided):
                by_command[message.command_id].called = False
        self.orders.sort(key=lambda each: each.slot_us)

    def by_campaign(self) -> Iterable[list[Order]]:
        """The orders of each campaign."""
        return self._by(lambda order: order.command.campaign_id)

    def by_trunk(self) -> Iterable[list[Order]]:
        """The orders of each trunk."""
        return self._by(lambda order: order.command.trunk_id)

    def _by(self, key: Callable[[Order], UUID]) -> Iterable[list[Order]]:
        found: defaultdict[UUID, list[Order]] = defaultdict(list)
        for order in self.orders:
            found[key(order)].append(order)
        return found.values()


def _order(command: DialNumber, at_us: int, books: Books) -> Order:
    campaign_id = command.campaign_id
    return Order(
        command=command,
        planned_us=at_us,
        slot_us=micros(command.slot_at),
        rules=books.rules[campaign_id],
        trunk=books.trunks[command.trunk_id],
        device=books.devices[command.device_id],
        limits=books.limits.get(command.owner_id),
        in_force=books.active[campaign_id] and books.epochs[campaign_id] == command.epoch,
    )
