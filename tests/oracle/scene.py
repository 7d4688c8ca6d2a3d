"""What a run begins with, drawn from its seed: owners, trunks, devices, campaigns with rules of all kinds."""

from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.resources import DeviceDefined, LimitsDefined, TrunkDefined
from evendial_contracts.retries import Retry, RetryPolicy
from evendial_contracts.windows import Jurisdiction, JurisdictionVersion, UnknownZone, Window, WindowZone
from msgspec.structs import replace

from tests.oracle.log import SECOND_US, micros

CAMPAIGNS, OWNERS, TRUNKS, DEVICES = 50, 6, 4, 10
CROWDED = 7
"""One scene in so many is crowded."""

ZONES = (
    "UTC", "America/New_York", "America/Chicago", "America/Phoenix", "America/Los_Angeles",
    "America/St_Johns", "America/Havana", "America/Sao_Paulo", "Pacific/Honolulu",
    "Europe/London", "Europe/Berlin", "Europe/Vilnius", "Africa/Cairo", "Africa/Casablanca",
    "Asia/Beirut", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo",
    "Australia/Adelaide", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia",
    "Antarctica/Troll",
)  # fmt: skip
"""Whole hours, halves, quarters; clocks that change at midnight, by half an hour, two hours, or never."""

DAYS = (
    date(2027, 3, 13),   # United States, the next day
    date(2027, 3, 27),   # Europe; Beirut at midnight
    date(2027, 4, 3),    # Australia, back
    date(2027, 4, 29),   # Cairo at midnight
    date(2027, 6, 4),
    date(2027, 10, 2),   # Australia
    date(2027, 10, 30),  # Europe, back; Havana and Cairo around it
    date(2027, 11, 6),   # United States, back
    date(2027, 12, 31),
    date(2028, 2, 28),
)  # fmt: skip
"""Runs begin around these: most have clocks that change within a day or two."""


@dataclass(frozen=True)
class Scene:
    """All that is there at the beginning; each campaign with its owner and how long its first list is."""

    begins_us: int
    interval_us: int
    calls_per_second: float | None
    calls_at_once: int | None
    trunks: list[TrunkDefined]
    devices: list[DeviceDefined]
    limits: list[LimitsDefined]
    campaigns: dict[UUID, tuple[UUID, CampaignRules, int]]


def scene(seed: int, campaigns: int = CAMPAIGNS) -> Scene:
    """The same seed, the same scene."""
    random = Random(f"scene {seed}")
    day = datetime.combine(DAYS[seed % len(DAYS)], time(random.randrange(24)), UTC)
    trunks = [trunk(UUID(int=1 + n), random) for n in range(TRUNKS)]
    owners = [UUID(int=100 + n) for n in range(OWNERS)]
    devices = [
        device(UUID(int=200 + n), owners[n % OWNERS], random.choice(trunks).trunk_id, random)
        for n in range(DEVICES)
    ]
    drawn: dict[UUID, tuple[UUID, CampaignRules, int]] = {}
    for n in range(campaigns):
        through = random.choice(devices)
        its = rules(random, day.date(), through.device_id)
        drawn[UUID(int=1000 + n)] = (through.owner_id, its, list_length(random, its))
    plain = Scene(
        begins_us=micros(day + timedelta(minutes=random.randrange(60))),
        interval_us=round(random.uniform(0.5, 10) * SECOND_US),
        calls_per_second=random.choice([None, None, None, 0.4, 1.5, 5.0]),
        calls_at_once=random.choice([None, None, None, 6, 20, 60]),
        trunks=trunks,
        devices=devices,
        limits=[limits(each, random) for each in owners],
        campaigns=drawn,
    )
    return crowded(plain) if seed % CROWDED == CROWDED - 1 else plain


def crowded(plain: Scene) -> Scene:
    """All day everybody wants a part of what is not half enough, and nothing else holds them back."""
    free = {"max_concurrent_calls": None}
    return replace_fields(
        plain,
        calls_per_second=0.3,
        calls_at_once=None,
        trunks=[replace(each, **free) for each in plain.trunks],
        devices=[replace(each, **free) for each in plain.devices],
        limits=[replace(each, **free) for each in plain.limits],
        campaigns={
            campaign_id: (owner_id, replace(its, window=Window(), **free), 600)
            for campaign_id, (owner_id, its, _) in plain.campaigns.items()
        },
    )


def trunk(trunk_id: UUID, random: Random, revision: int = 1) -> TrunkDefined:
    """Many are slow, some carry few calls at once."""
    return TrunkDefined(
        trunk_id=trunk_id,
        revision=revision,
        name="carrier",
        endpoint="carrier",
        pool="default",
        calls_per_second=random.choice([1, 1, 2, 3, 7, 30]),
        max_concurrent_calls=random.choice([None, None, 8, 15, 40]),
    )


def device(
    device_id: UUID, owner_id: UUID, trunk_id: UUID, random: Random, revision: int = 1
) -> DeviceDefined:
    """On this trunk."""
    return DeviceDefined(
        device_id=device_id,
        owner_id=owner_id,
        revision=revision,
        name="desk",
        trunk_id=trunk_id,
        account_code="acc-1",
        caller_ids=(),
        max_concurrent_calls=random.choice([None, None, 3, 6, 12]),
    )


def limits(owner_id: UUID, random: Random, revision: int = 1) -> LimitsDefined:
    """How much an owner may call."""
    return LimitsDefined(
        owner_id=owner_id, revision=revision, max_concurrent_calls=random.choice([None, None, 4, 9, 25])
    )


def rules(random: Random, day: date, device_id: UUID) -> CampaignRules:
    """Slow campaigns mostly, a few very fast ones."""
    return CampaignRules(
        name="spring",
        device_id=device_id,
        time_zone=random.choice(ZONES),
        window=window(random, day),
        calls_per_minute=random.choice([1, 1, 1, 2, 2, 3, 4, 7, 10, 13, 30, 60, 110, 600]),
        max_retries=random.choice([0, 1, 2, 3, 5]),
        retry_delay_s=random.choice([0, 1, 60, 300, 1800, 7200, 20_000]),
        retry_policy=policy(random),
        max_concurrent_calls=random.choice([None, None, None, 1, 2, 5]),
        window_zone=random.choice([*[WindowZone.CAMPAIGN] * 5, WindowZone.NUMBER, WindowZone.BOTH]),
        unknown_zone=random.choice(list(UnknownZone)),
        jurisdiction=law(random, day) if random.random() < 0.2 else None,
        weight=random.choice([1, 1, 1, 2, 5, 100]),
    )


def window(random: Random, day: date) -> Window:
    """All day, office hours, overnight, an hour that clocks skip or repeat; with weekdays and closed days."""
    start, stop = random.choice(
        [
            (time(0), time(0)),
            (time(0), time(0)),
            (time(0), time(0)),
            (time(7), time(22)),
            (time(9), time(17)),
            (time(8), time(21)),
            (time(18), time(9, 30)),
            (time(22), time(2, 30)),
            (time(2, 15), time(2, 45)),
            (time(0), time(1)),
            (time(23, 30), time(0, 30)),
            (time(12, 5), time(12, 7)),
            (
                time(random.randrange(24), random.randrange(60)),
                time(random.randrange(24), random.randrange(60)),
            ),
        ]
    )
    return Window(
        start=start,
        stop=stop,
        weekdays=random.choice([*[(1, 2, 3, 4, 5, 6, 7)] * 5, (1, 2, 3, 4, 5), (6, 7), (1, 3, 5, 7)]),
        first_day=random.choice([*[None] * 9, day, day + timedelta(days=1)]),
        last_day=random.choice([*[None] * 9, day + timedelta(days=1)]),
        closed_days=random.choice([*[()] * 6, (day,), (day + timedelta(days=1), day + timedelta(days=7))]),
    )


def law(random: Random, day: date) -> Jurisdiction:
    """Its hours change on the second day, or it holds from then on only."""
    first = JurisdictionVersion(
        version="1",
        source="a law",
        effective_from=date(2003, 10, 1),
        effective_until=day,
        windows=(Window(start=time(8), stop=time(21)),),
    )
    morning, evening = Window(start=time(9), stop=time(13)), Window(start=time(14, 30), stop=time(20))
    second = JurisdictionVersion(
        version="2",
        source="the law as amended",
        effective_from=day + timedelta(days=1),
        windows=(
            replace(morning, closed_days=(day + timedelta(days=2),)),
            replace(evening, weekdays=(1, 2, 3, 6)),
        ),
    )
    return Jurisdiction(
        id="somewhere",
        title="Somewhere",
        zone=random.choice([WindowZone.NUMBER, WindowZone.NUMBER, *WindowZone]),
        versions=random.choice([(first,), (second,), (first, second)]),
    )


def policy(random: Random) -> RetryPolicy | None:
    """None, or growing delays for some outcomes."""
    if random.random() < 0.5:
        return None

    def some() -> Retry | None:
        if random.random() < 0.4:
            return None
        delays = random.choice([(), (5,), (60, 600, 3600), (300, 1800), (1, 2, 4, 8)])
        return Retry(delays_s=delays, max_retries=random.choice([None, None, 0, 1, 3]))

    return RetryPolicy(
        busy=some(), no_answer=some(), rejected=some(), congestion=some(), failed_system=some()
    )


def list_length(random: Random, its: CampaignRules) -> int:
    """Fast campaigns have short lists, or a run would consist of them alone."""
    return random.randint(5, 60 if its.calls_per_minute > 20 else 250)
