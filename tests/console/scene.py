"""What the screenshots show: a week of work, made by the API and really dialled."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from deploy.local.sample_plan import prompt_wav
from tests.console.house import House
from tests.waiting import until

Names = dict[str, str]

_ANSWERS, _HANGS_UP, _BUSY, _RINGS_OUT, _UNALLOCATED, _REJECTS = "12", "14", "20", "30", "22", "24"
_PEOPLE = (_ANSWERS, _HANGS_UP, _ANSWERS, _BUSY, _HANGS_UP, _ANSWERS, _RINGS_OUT, _REJECTS, _HANGS_UP)
_BAD_LINES = "49301200000001\n49301200000001\n12\nnobody\n+49 30 14000 00002\n004930140000003\n"
_ENOUGH_CALLS, _MANY_CALLS = 40, 400


def numbers(count: int, first: int = 1, kinds: tuple[str, ...] = _PEOPLE) -> list[str]:
    """So many numbers of Berlin, whose callees do what people do."""
    return [f"4930{kinds[n % len(kinds)]}{n:08d}" for n in range(first, first + count)]


async def set_up(house: House) -> Names:
    """Make it, wait until the running campaign has something to show, and name what addresses need."""
    user = house.user
    device = await user.device()
    made = _Maker(house, device)
    running = await made.campaign(
        "Check-up reminders", numbers(1500), calls_per_minute=240, max_retries=2, retry_delay_s=60
    )
    finished = await made.campaign("Annual meeting", numbers(12, 2000, (_HANGS_UP,)), calls_per_minute=600)
    stopped = await made.campaign("Water works, district 4", numbers(150, 3000), calls_per_minute=300)
    shut = await made.campaign("Night shift call-out", numbers(80, 4000), window=never_today())
    draft = await made.draft("Delivery notices")
    await user.import_numbers(draft, numbers(38, 5000))
    await user.ask(
        "POST",
        f"/v1/campaigns/{draft}/numbers/import",
        content=_BAD_LINES,
        headers={"Content-Type": "text/plain"},
    )
    for campaign in (running, finished, stopped, shut):
        await user.activate(campaign)
    await made.until_ended(stopped, _ENOUGH_CALLS)
    await user.stop(stopped)
    await made.until_ended(running, _MANY_CALLS)
    busy = (await user.ask("GET", f"/v1/campaigns/{running}/calls", params={"disposition": "busy"}))["items"]
    return {
        "running": str(running),
        "finished": str(finished),
        "stopped": str(stopped),
        "shut": str(shut),
        "draft": str(draft),
        "number": str(busy[0]["number_id"]),
    }


class _Maker:
    def __init__(self, house: House, device_id: str) -> None:
        self._house = house
        self._device_id = device_id

    async def campaign(self, name: str, called: list[str], **rules: Any) -> UUID:
        """One that can be activated."""
        rules = {"ring_timeout_s": 15, "device_id": self._device_id, "time_zone": "Europe/Berlin"} | rules
        return await self._house.user.campaign(called, prompt=prompt_wav(4), name=name, **rules)

    async def draft(self, name: str) -> UUID:
        """One without actions."""
        body = {"name": name, "device_id": self._device_id, "time_zone": "Europe/Berlin"}
        return UUID((await self._house.user.ask("POST", "/v1/campaigns", json=body))["campaign_id"])

    async def until_ended(self, campaign: UUID, calls: int) -> None:
        async def ended() -> bool:
            progress = await self._house.user.progress(campaign)
            return int(sum(progress["dispositions"].values())) >= calls

        await until(ended, timeout=180, every=0.5)


def never_today() -> dict[str, Any]:
    """A window of two days of the week from tomorrow on, by any clock."""
    today = datetime.now(UTC).isoweekday()
    days = sorted((today + ahead) % 7 + 1 for ahead in (1, 2))
    return {"start": "21:00", "stop": "05:00", "weekdays": days}
