"""Who asks is told at once whether calls are accepted."""

import msgspec
import nats
import pytest
from evendial_agi.settings import Settings
from evendial_contracts.requests import AgiAlive, AgiWanted
from evendial_contracts.subjects import AGI_HEARTBEAT, AGI_WANTED

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("service")]


@pytest.fixture
async def settings(settings: Settings) -> Settings:
    """Of a service beside an Asterisk with a name."""
    return msgspec.structs.replace(settings, asterisk="pbx-1", instance="heartbeat")


async def test_an_originator_that_starts_need_not_wait_for_the_next_heartbeat(settings: Settings) -> None:
    client = await nats.connect(settings.nats_url)
    beats = await client.subscribe(AGI_HEARTBEAT)

    async def next_of(asterisk: str) -> AgiAlive:
        await beats.next_msg(timeout=5)  # the next by itself comes a second later
        await client.publish(AGI_WANTED, msgspec.json.encode(AgiWanted(asterisk=asterisk)))
        return msgspec.json.decode((await beats.next_msg(timeout=0.5)).data, type=AgiAlive)

    assert await next_of("pbx-1") == AgiAlive(instance="heartbeat", asterisk="pbx-1")
    with pytest.raises(nats.errors.TimeoutError):
        await next_of("pbx-2")
    await client.close()
