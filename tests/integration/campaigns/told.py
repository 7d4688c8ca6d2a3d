"""What scheduler and originator say of attempts at numbers, for tests of what the API makes of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from evendial_contracts.calls import CallEnded, CallOriginated, Disposition
from evendial_contracts.dialing import command_id
from evendial_contracts.message import Message
from evendial_contracts.numbers import NumberFailed, NumberScheduled, NumberWaitingRetry

from tests.integration.campaigns.conftest import Running
from tests.waiting import until

SLOT = datetime(2026, 5, 1, 9, tzinfo=UTC)


def attempt(campaign_id: str, number_id: int, *, generation: int = 0, attempt_no: int = 1) -> dict[str, Any]:
    """What all facts about one attempt have in common."""
    slot = SLOT + timedelta(seconds=generation * 7200 + attempt_no * 600)
    campaign = UUID(campaign_id)
    return {
        "campaign_id": campaign,
        "owner_id": UUID(int=7),
        "command_id": command_id(campaign, generation, number_id, attempt_no, slot),
        "number_id": number_id,
        "generation": generation,
        "attempt_no": attempt_no,
        "slot_at": slot,
    }


def scheduled(of: dict[str, Any]) -> Message:
    return NumberScheduled(**of)


def originated(of: dict[str, Any]) -> Message:
    return CallOriginated(**of, originated_at=of["slot_at"])


def ended(of: dict[str, Any], disposition: Disposition) -> Message:
    return CallEnded(
        **of,
        disposition=disposition,
        ended_at=of["slot_at"] + timedelta(seconds=9),
        account_code="acc1",
        device_id=UUID(int=1),
        trunk_id=UUID(int=2),
    )


def answered(of: dict[str, Any]) -> list[Message]:
    return [scheduled(of), originated(of), ended(of, Disposition.ANSWERED)]


def failed(of: dict[str, Any]) -> list[Message]:
    over = NumberFailed(**of, disposition=Disposition.INVALID_NUMBER)
    return [scheduled(of), originated(of), ended(of, Disposition.INVALID_NUMBER), over]


def unknown(of: dict[str, Any]) -> list[Message]:
    return [scheduled(of), ended(of, Disposition.UNKNOWN)]


def waiting(of: dict[str, Any]) -> list[Message]:
    again = NumberWaitingRetry(**of, disposition=Disposition.BUSY, retry_at=of["slot_at"])
    return [scheduled(of), originated(of), ended(of, Disposition.BUSY), again]


async def tell(service: Running, messages: Sequence[Message]) -> None:
    """Publishes these, and returns when the service has taken them in."""
    ids = [uuid4() for _ in messages]
    for id, message in zip(ids, messages, strict=True):
        await service.bus.publish(message, id=id)

    async def recorded() -> bool:
        query = "select count(*) from event where id = any($1::uuid[])"
        return bool(await service.pool.fetchval(query, ids) == len(ids))

    await until(recorded)


async def put_in_state(service: Running, campaign_id: str, state: str) -> None:
    """As if all the numbers of a campaign that are on its list stood there after one attempt; for many."""
    await service.pool.execute(
        """
        insert into number_progress(number_id, campaign_id, generation, slot_at, rank, state, attempt_no,
            disposition)
        select number_id, campaign_id, generation, $3, 5, $2, 1, 'busy' from number
        where campaign_id = $1 and not deleted
        on conflict (number_id) do update set state = excluded.state, generation = excluded.generation
        """,
        UUID(campaign_id),
        state,
        SLOT,
    )


async def lists_fed(service: Running) -> None:
    """All that was imported is on its way to the scheduler: who listens from here on does not hear of it."""
    fed = "select not exists(select from import where state = 'finished' and fed_chunks < chunks)"
    await until(lambda: service.pool.fetchval(fed))
