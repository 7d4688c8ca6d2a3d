"""A durable consumer as JetStream keeps it: made, made anew, and told to begin again."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy
from nats.js.errors import NotFoundError

from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop, patiently
from evendial_chassis.streams import stream_of

PENDING_LEAST = 1000


class Durable:
    """One consumer of one stream, by its name."""

    def __init__(
        self, bus: Bus, name: str, subjects: Sequence[str], *, batch: int, ack_wait_s: float
    ) -> None:
        self._bus = bus
        self.name = name
        self.stream = stream_of(subjects)
        self._config = ConsumerConfig(
            durable_name=name,
            filter_subjects=list(subjects),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ack_wait_s,
            max_ack_pending=max(batch * 4, PENDING_LEAST),
        )

    async def create(self, stop: Stop) -> None:
        """Makes it if it is not there, so that nothing that is in the stream is missed."""

        async def attempt() -> None:
            try:
                there = await self.info()
                began = {} if there is None else _began(there.config)
                await self._bus.jetstream.add_consumer(self.stream, self._config, **began)
            except (NatsError, TimeoutError) as error:
                raise ConnectionError(f"consumer {self.name}: {error}") from error

        await patiently(f"consumer {self.name}", attempt, stop)

    async def info(self) -> ConsumerInfo | None:
        """How far it is; None when there is none. Raises what NATS raises."""
        try:
            found: ConsumerInfo = await self._bus.jetstream.consumer_info(self.stream, self.name)
        except NotFoundError:
            return None
        return found

    async def begin_at(self, seq: int) -> None:
        """Makes it anew: it delivers from that message on. Raises what NATS raises."""
        with suppress(NotFoundError):
            await self._bus.jetstream.delete_consumer(self.stream, self.name)
        began: dict[str, Any] = {
            "deliver_policy": DeliverPolicy.BY_START_SEQUENCE,
            "opt_start_seq": seq,
        }
        await self._bus.jetstream.add_consumer(self.stream, self._config, **began)


def _began(config: ConsumerConfig) -> dict[str, Any]:
    """Where a consumer began cannot be changed, nor be left out when it is made sure of."""
    return {"deliver_policy": config.deliver_policy, "opt_start_seq": config.opt_start_seq}
