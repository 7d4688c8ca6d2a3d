"""What a seed stands for: campaigns, what a person does with them, and what breaks meanwhile."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.message import Message
from evendial_contracts.resources import DeviceDefined, TrunkDefined
from evendial_contracts.retries import Retry, RetryPolicy
from evendial_contracts.windows import Window, WindowZone

from tests.sim.console import Campaign
from tests.sim.world import EPOCH, World

RING_S = 10
CALL_S = 30


def resources(world: World) -> tuple[list[Message], UUID]:
    """A trunk and a device on it."""
    trunk_id, device_id = UUID(int=0xA0), UUID(int=0xB0)
    cap = world.random.choice([None, None, 3, 8])
    trunk = TrunkDefined(
        trunk_id=trunk_id,
        revision=1,
        name="carrier",
        endpoint="carrier",
        pool="default",
        calls_per_second=world.random.choice([2, 5, 10, 20]),
        max_concurrent_calls=cap,
    )
    device = DeviceDefined(
        device_id=device_id,
        owner_id=UUID(int=0xC1),
        revision=1,
        name="desk",
        trunk_id=trunk_id,
        account_code="acc",
        caller_ids=(),
    )
    return [trunk, device], device_id


def campaigns(world: World, device_id: UUID) -> list[Campaign]:
    """One to three; some numbers stand on two lists of one owner."""
    return [_campaign(world, device_id, number) for number in range(world.random.randint(1, 3))]


def _campaign(world: World, device_id: UUID, number: int) -> Campaign:
    random = world.random
    rules = CampaignRules(
        name=f"campaign {number}",
        device_id=device_id,
        calls_per_minute=random.choice([60, 120, 300, 600]),
        max_retries=random.randint(0, 2),
        retry_delay_s=random.randint(1, 6),
        retry_policy=_retry_policy(world) if world.chance(0.3) else None,
        ring_timeout_s=RING_S,
        max_call_s=CALL_S,
        max_concurrent_calls=random.choice([None, None, 2, 5]),
        window=_window(world) if world.chance(0.2) else Window(),
        window_zone=WindowZone.CAMPAIGN if world.seed % 4 else WindowZone.NUMBER,
        time_zone="UTC" if world.seed % 4 else "Asia/Kathmandu",
    )
    first = 1000 + 100 * number - (5 if world.chance(0.4) else 0)
    numbers = {n + 1: f"{_place(world, n)}{first + n}" for n in range(random.randint(3, 20))}
    return Campaign(
        campaign_id=UUID(int=0xD0 + number), owner_id=UUID(int=0xC1), rules=rules, numbers=numbers
    )


def _retry_policy(world: World) -> RetryPolicy:
    """Declines are rung again, and busy is waited for longer each time."""
    first = world.random.randint(1, 4)
    busy, most = Retry(delays_s=(first, 2 * first)), world.random.randint(0, 2)
    return RetryPolicy(busy=busy, no_answer=Retry(max_retries=most), rejected=Retry(delays_s=(first,)))


def _place(world: World, number: int) -> str:
    """Where numbers are called by their own time they have different zones, with clocks that agree."""
    return ("49301", "39061", "48221")[0 if world.seed % 4 else number % 3]


def _window(world: World) -> Window:
    """Closes while it is busy, and opens again later."""
    here = EPOCH if world.seed % 4 else EPOCH.astimezone(ZoneInfo("Europe/Berlin"))
    closes = here + timedelta(seconds=world.random.randint(8, 30))
    opens = closes + timedelta(seconds=world.random.randint(5, 20))
    return Window(start=opens.time(), stop=closes.time())
