"""What a house has beside campaigns: devices, prompts, people who are not called, a message put aside."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import nats
from evendial_chassis.bus import connect
from evendial_chassis.run import Stop
from evendial_contracts.subjects import dead_letter
from evendial_contracts.trunks import TrunkDegraded, TrunkTrouble

from deploy.local.sample_plan import prompt_wav
from deploy.local.user import asked
from tests.console.house import House

_LIST = "phone\n" + "\n".join(f"+49 30 98{n:06d}" for n in range(1, 241)) + "\n12\nnobody\n"
_LIMITS = {
    "max_campaigns": 20,
    "calls_per_minute": 1200,
    "max_concurrent_calls": None,
    "allowed_prefixes": ["43", "49"],
    "premium": False,
    "person_caps": [{"attempts": 3, "hours": 24}],
}


async def furnish(house: House) -> dict[str, str]:
    """Make it, and name what addresses need."""
    user, owner_id = house.user, str(house.people["user"].user_id)

    async def made(path: str, **body: Any) -> Any:
        return await asked(user.admin.post(f"/v1{path}", json=body))

    west = await made("/trunks", name="Nordic Voice", endpoint="nordic-voice", calls_per_second=20)
    spare = await made("/trunks", name="Spare carrier", endpoint="spare", calls_per_second=10)
    await slow_down(house, UUID(spare["trunk_id"]))
    device = {"owner_id": owner_id, "trunk_id": west["trunk_id"]}
    ids = [f"4930{n}" for n in range(1234567, 1234572)]
    await made("/devices", name="Field team", account_code="field", caller_ids=ids[:1], **device)
    front = await made("/devices", name="Front desk", account_code="front-1", caller_ids=ids, **device)
    for name, context in (("Main menu", "main-menu"), ("Survey 2026", "survey_2026")):
        await made("/ivrs", name=name, context=context)
    for name, seconds in (("Spring greeting", 12), ("Office hours", 25)):
        await _prompt(house, name, seconds)
    await asked(user.admin.put(f"/v1/users/{owner_id}/limits", json=_LIMITS))
    for name, scopes in (("Nightly report", ["read"]), ("CRM", ["read", "write"])):
        await user.ask("POST", "/v1/api-keys", json={"name": name, "scopes": scopes})
    await _not_to_be_called(house)
    await put_aside(house, '{"trunk_id": "west", "calls": 1}')
    return {"user": owner_id, "device": front["device_id"]}


async def slow_down(house: House, trunk_id: UUID) -> None:
    """Say what the scheduler says of a trunk that fails calls: for an hour it is given 2.5 a second."""
    now = datetime.now(UTC)
    slowed = TrunkDegraded(
        trunk_id=trunk_id,
        revision=1,
        reason=TrunkTrouble.FAILING,
        calls_per_second=2.5,
        until=now + timedelta(hours=1),
        degraded_at=now,
    )
    async with connect(house.stack.wiring.nats_url, "scheduler", Stop()) as bus:
        assert bus
        await bus.publish(slowed)


async def put_aside(house: House, text: str) -> None:
    """A message of a type that nobody knows, among the dead letters."""
    client = await nats.connect(house.stack.wiring.nats_url)
    headers = {
        "Evendial-Subject": f"evendial.event.trunk.tested.system.{uuid4()}",
        "Evendial-Reason": "Expected `int`, got `str` - at `$.calls`",
        "ce-type": "trunk.tested.v1",
        "ce-id": str(uuid4()),
    }
    await client.jetstream().publish(dead_letter("scheduler-events"), text.encode(), headers=headers)
    await client.close()


async def _prompt(house: House, name: str, seconds: int) -> None:
    headers = {"Content-Type": "audio/wav"}
    sound = prompt_wav(seconds)
    await house.user.ask("POST", "/v1/prompts", params={"name": name}, content=sound, headers=headers)


async def _not_to_be_called(house: House) -> None:
    end = (datetime.now(UTC) + timedelta(days=365)).isoformat()
    for number, note in (("+49 30 97000001", "by letter"), ("+49 30 97000002", "at the desk")):
        entry = {"number": number, "source": "opt_out", "note": note, "expires_at": end}
        await house.user.ask("POST", "/v1/suppressions", json=entry)
    await house.user.ask(
        "POST",
        "/v1/suppression-lists",
        params={"name": "Robinson list, November"},
        content=_LIST,
        headers={"Content-Type": "text/csv"},
    )
