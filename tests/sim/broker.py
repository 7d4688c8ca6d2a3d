"""What nats-server keeps and passes on: streams and durables. It says things again, and in any order."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nats.js.api import ConsumerConfig

from tests.sim.world import World

DEDUPE_S = 120.0
Reached = Callable[["Stored", int], None]


@dataclass(slots=True)
class Stored:
    """A message in a stream."""

    seq: int
    subject: str
    headers: dict[str, str]
    data: bytes


@dataclass(slots=True)
class Pull:
    """Somebody waits for so many messages until then."""

    reach: Reached
    expire: Callable[[], None]
    wanted: int
    until_s: float
    gone: Callable[[], bool]


@dataclass
class Durable:
    """Where a durable consumer stands: what it was not given yet, and what it has not acknowledged."""

    config: ConsumerConfig
    fresh: deque[int] = field(default_factory=deque)
    again: deque[int] = field(default_factory=deque)
    pending: dict[int, int] = field(default_factory=dict)
    delivered: dict[int, int] = field(default_factory=dict)
    pulls: deque[Pull] = field(default_factory=deque)

    def wants(self, subject: str) -> bool:
        """Whether one of its filters matches."""
        return any(matches(each, subject) for each in self.config.filter_subjects or ())


@dataclass
class StreamState:
    """A stream's messages, by sequence."""

    name: str
    subjects: Sequence[str]
    work_queue: bool
    made_s: float
    messages: dict[int, Stored] = field(default_factory=dict)
    last_seq: int = 0
    seen: dict[str, tuple[int, float]] = field(default_factory=dict)
    durables: dict[str, Durable] = field(default_factory=dict)


class Broker:
    """One nats-server. `again_p` and `lost_p`: how often it delivers twice, or loses an acknowledgement."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.streams: dict[str, StreamState] = {}
        self.again_p = 0.0
        self.lost_p = 0.0
        self.heard: list[Callable[[Stored], None]] = []

    def ensure(self, name: str, subjects: Sequence[str], work_queue: bool) -> StreamState:
        """The stream of that name, made if it is not there."""
        return self.streams.setdefault(name, StreamState(name, subjects, work_queue, self.world.now_s))

    def lose_store(self) -> None:
        """Its disk is empty: no stream, no durable, no message."""
        self.streams.clear()

    def publish(self, subject: str, headers: Mapping[str, str], data: bytes) -> int | None:
        """Into the stream of that subject, unless its `Nats-Msg-Id` is known; None where there is none."""
        stream = next(
            (s for s in self.streams.values() if any(matches(f, subject) for f in s.subjects)), None
        )
        if stream is None:
            return None
        id = headers.get("Nats-Msg-Id", "")
        known = stream.seen.get(id)
        if id and known and self.world.now_s - known[1] < DEDUPE_S:
            return known[0]
        stream.last_seq += 1
        stored = Stored(stream.last_seq, subject, dict(headers), data)
        stream.messages[stored.seq] = stored
        if id:
            stream.seen[id] = (stored.seq, self.world.now_s)
        self.world.note("bus", f"{stream.name} {stored.seq} {subject} {id}")
        for hear in self.heard:
            hear(stored)
        for durable in stream.durables.values():
            if durable.wants(subject):
                durable.fresh.append(stored.seq)
                self.serve(stream, durable)
        return stored.seq

    def add_durable(self, stream_name: str, config: ConsumerConfig, first_seq: int = 0) -> bool:
        """Made if it is not there, to begin there or with the oldest. False where there is no stream."""
        stream = self.streams.get(stream_name)
        if stream is None:
            return False
        assert config.durable_name
        if config.durable_name not in stream.durables:
            durable = stream.durables[config.durable_name] = Durable(config)
            durable.fresh.extend(
                s.seq for s in stream.messages.values() if s.seq >= first_seq and durable.wants(s.subject)
            )
        return True

    def remove_durable(self, stream_name: str, durable_name: str) -> bool:
        """Gone, with all who wait for its messages. False where there is none."""
        stream = self.streams.get(stream_name)
        durable = stream.durables.pop(durable_name, None) if stream else None
        if durable is None:
            return False
        for pull in [*durable.pulls]:
            _expire(durable, pull)
        return True

    def pull(self, stream_name: str, durable_name: str, pull: Pull) -> bool:
        """Messages reach the puller as they come; False where there is no such durable."""
        stream = self.streams.get(stream_name)
        durable = stream.durables.get(durable_name) if stream else None
        if stream is None or durable is None:
            return False
        durable.pulls.append(pull)
        self.world.after(pull.until_s - self.world.now_s, lambda: _expire(durable, pull))
        self.serve(stream, durable)
        return True

    def serve(self, stream: StreamState, durable: Durable) -> None:
        """Gives what is there to who waits for it."""
        most = durable.config.max_ack_pending or 1000
        while (durable.again or durable.fresh) and len(durable.pending) < most:
            pull = _next_pull(durable, self.world.now_s)
            if pull is None:
                return
            seq = durable.again.popleft() if durable.again else durable.fresh.popleft()
            if seq not in stream.messages or seq in durable.pending:
                continue
            pull.wanted -= 1
            if pull.wanted <= 0:
                durable.pulls.remove(pull)
            self._give(stream, durable, seq, pull)

    def ack(self, stream_name: str, durable_name: str, seq: int) -> None:
        """Done with it, as far as the acknowledgement arrives."""
        stream = self.streams.get(stream_name)
        durable = stream.durables.get(durable_name) if stream else None
        if stream is None or durable is None or self.world.chance(self.lost_p):
            return
        durable.pending.pop(seq, None)
        if stream.work_queue:
            stream.messages.pop(seq, None)
        self.serve(stream, durable)

    def nak(self, stream_name: str, durable_name: str, seq: int, delay_s: float) -> None:
        """Once more, after a while."""
        if stream := self.streams.get(stream_name):
            self._later(stream, durable_name, seq, delay_s)

    def in_progress(self, stream_name: str, durable_name: str, seq: int) -> None:
        """Whoever has it needs longer."""
        stream = self.streams.get(stream_name)
        durable = stream.durables.get(durable_name) if stream else None
        if stream and durable and seq in durable.pending:
            self._later(stream, durable_name, seq, float(durable.config.ack_wait or 30))

    def _give(self, stream: StreamState, durable: Durable, seq: int, pull: Pull) -> None:
        times = durable.delivered[seq] = durable.delivered.get(seq, 0) + 1
        name = durable.config.durable_name or ""
        durable.pending[seq] = 0
        self._later(stream, name, seq, float(durable.config.ack_wait or 30))
        pull.reach(stream.messages[seq], times)
        if self.world.chance(self.again_p):
            delay_s = self.world.between(0.0, 1.0)
            self.world.after(
                delay_s, lambda: pull.reach(stored, times) if (stored := stream.messages.get(seq)) else None
            )

    def _later(self, stream: StreamState, durable_name: str, seq: int, delay_s: float) -> None:
        """It comes again unless something is heard of it until then."""
        durable = stream.durables.get(durable_name)
        if durable is None or seq not in durable.pending:
            return
        turn = durable.pending[seq] = durable.pending[seq] + 1

        def come_again() -> None:
            if durable.pending.get(seq) == turn:
                del durable.pending[seq]
                durable.again.append(seq)
                self.serve(stream, durable)

        self.world.after(delay_s, come_again)


def _next_pull(durable: Durable, now_s: float) -> Pull | None:
    while durable.pulls and (durable.pulls[0].until_s <= now_s or durable.pulls[0].gone()):
        durable.pulls.popleft()
    return durable.pulls[0] if durable.pulls else None


def _expire(durable: Durable, pull: Pull) -> None:
    if pull in durable.pulls:
        durable.pulls.remove(pull)
        pull.expire()


@lru_cache(maxsize=65536)
def matches(filter_: str, subject: str) -> bool:
    """NATS' wildcards: `*` for one token, a last `>` for the rest."""
    wanted, given = filter_.split("."), subject.split(".")
    if wanted[-1] == ">":
        wanted = wanted[:-1]
        if len(given) <= len(wanted):
            return False
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(w in ("*", g) for w, g in zip(wanted, given, strict=True))
