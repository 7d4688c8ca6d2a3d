"""What an admin learns of the services."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from evendial_contracts.requests import ServiceAlive
from evendial_contracts.subjects import SERVICE_HEARTBEAT

from tests.integration.campaigns.conftest import Running
from tests.waiting import until

pytestmark = pytest.mark.integration


async def told(service: Running, name: str) -> Any:
    answer = await service.admin.get("/v1/health")
    assert answer.status_code == 200, answer.text
    return next(each for each in answer.json()["services"] if each["service"] == name)


async def test_it_tells_of_itself(service: Running) -> None:
    async def is_well() -> Any:
        own = await told(service, "campaigns")
        return own if own["state"] == "well" else None

    own = await until(is_well)
    assert own["instances"][-1]["version"]
    assert own["instances"][-1]["waiting_for"] == {}


async def test_it_tells_what_another_service_waits_for(service: Running) -> None:
    instance = f"test-{uuid4().hex[:8]}"
    alive = ServiceAlive(
        service="originator",
        instance=instance,
        version="0",
        started_at=datetime.now(UTC),
        waiting_for={"asterisk": "no answer from AMI"},
    )

    async def is_told() -> Any:
        await service.bus.tell(SERVICE_HEARTBEAT, alive)
        instances = (await told(service, "originator"))["instances"]
        return next((each for each in instances if each["instance"] == instance), None)

    shown = await until(is_told)
    assert shown["waiting_for"] == {"asterisk": "no answer from AMI"}
    assert not shown["silent"]


async def test_it_is_for_admins(service: Running) -> None:
    assert (await service.user.get("/v1/health")).status_code == 403
