"""What breaks, and when: drawn from the seed. After a while everything is well again."""

from collections.abc import Callable
from datetime import timedelta

from tests.sim.cluster import Cluster
from tests.sim.database import Database
from tests.sim.process import Process

FIRST_S = 3.0
EVERY_S = 3.0
LISTS_ARE_IN_S = 8.0
SERVICES = ("scheduler1", "scheduler2", "originator1", "originator2")


class Faults:
    """Strikes a cluster until `healed_s`."""

    def __init__(self, cluster: Cluster, healed_s: float) -> None:
        self._cluster = cluster
        self._healed_s = healed_s
        self._ambush_p = 0.0
        self._world = cluster.world
        self._kinds: tuple[Callable[[], str], ...] = (
            self._kill,
            self._pause,
            self._cut_bus,
            self._broker_away,
            self._lose_store,
            self._cut_ami,
            self._half_open_ami,
            self._kill_asterisk,
            self._stall_asterisk,
            self._database_away,
            self._database_stalls,
            self._set_clock,
            self._agi,
            self._bad_trunk,
        )

    def plan(self, ambush_p: float | None = None) -> None:
        """Puts all of it on the agenda; `ambush_p`: how often something breaks at the worst moment."""
        cluster, random = self._cluster, self._world.random
        cluster.broker.again_p = random.choice([0.0, 0.02, 0.1])
        cluster.broker.lost_p = random.choice([0.0, 0.02, 0.2])
        cluster.network.lost_p = random.choice([0.0, 0.01, 0.05])
        for database in (cluster.ledger_database, cluster.scheduler_database):
            database.broken_p = random.choice([0.0, 0.01, 0.05])
        for asterisk in cluster.asterisks:
            asterisk.deaf_p = random.choice([0.0, 0.0, 0.03])
            asterisk.slow_p = random.choice([0.0, 0.0, 0.1])
        drawn_p = random.choice([0.01, 0.03, 0.1])
        self._ambush_p = drawn_p if ambush_p is None else ambush_p
        cluster.ledger_database.committed = cluster.scheduler_database.committed = self._ambush
        for asterisk in cluster.asterisks:
            asterisk.asked = self._ask_in_vain
        at_s = FIRST_S
        while (at_s := at_s + random.expovariate(1 / EVERY_S)) < self._healed_s - 1:
            self._world.after(at_s, self._strike)
        self._world.after(self._healed_s, self._heal)

    def _strike(self) -> None:
        what = self._world.random.choice(self._kinds)()
        if what:
            self._world.note("fault", what)

    def _ambush(self, process: Process) -> None:
        """At the worst moment: something was done, and whoever did it has not heard so yet."""
        name = process.name.partition(".")[0]
        if not self._world.chance(self._ambush_p) or name not in SERVICES or self._world.now_s < FIRST_S:
            return
        for_s = self._for_s()
        self._world.note("fault", f"ambush of {name} {for_s:.2f}")
        acts: tuple[Callable[[], None], ...] = (
            lambda: self._cluster.kill(name, for_s),
            lambda: process.pause(for_s),
            lambda: self._cluster.cut_bus(process, for_s),
            lambda: self._cluster.cut_ami(process),
            lambda: self._world.random.choice(self._cluster.asterisks).kill(for_s),
        )
        self._world.after(0.0, self._world.random.choice(acts))

    def _ask_in_vain(self, process: Process) -> None:
        """An originate has arrived, and nobody will ever hear so."""
        if self._world.chance(self._ambush_p) and self._world.now_s > FIRST_S:
            self._world.note("fault", f"cut ami of {process.name}")
            self._world.after(0.0, lambda: self._cluster.cut_ami(process))
        else:
            self._ambush(process)

    def _heal(self) -> None:
        cluster = self._cluster
        self._ambush_p = 0.0
        cluster.broker.again_p = cluster.broker.lost_p = cluster.network.lost_p = 0.0
        cluster.ledger_database.broken_p = cluster.scheduler_database.broken_p = 0.0
        for asterisk in cluster.asterisks:
            asterisk.deaf_p = asterisk.slow_p = 0.0
            asterisk.bad_trunk = False
        cluster.set_agi("served")
        for name in SERVICES:
            cluster.services[name].set_clock(timedelta())
        self._world.note("fault", "all is well")

    def _for_s(self) -> float:
        """How long it lasts: mostly short, never beyond the healing."""
        left_s = self._healed_s - self._world.now_s
        return max(
            0.0, min(left_s, self._world.random.choice([0.3, 1.0, 3.0, 8.0]) * self._world.between(0.5, 1.5))
        )

    def _service(self) -> str:
        return self._world.random.choice(SERVICES)

    def _database(self) -> Database:
        return self._world.random.choice([self._cluster.ledger_database, self._cluster.scheduler_database])

    def _kill(self) -> str:
        self._cluster.kill(self._service(), self._for_s())
        return ""

    def _pause(self) -> str:
        name, for_s = self._service(), self._for_s()
        self._cluster.services[name].pause(for_s)
        return f"pause {name} {for_s:.2f}"

    def _cut_bus(self) -> str:
        client = self._world.random.choice(self._cluster.network.clients)
        for_s = self._for_s()
        client.cut(for_s)
        return f"cut bus {client.process.name} {for_s:.2f}"

    def _broker_away(self) -> str:
        for_s = self._for_s()
        for client in self._cluster.network.clients:
            client.cut(for_s)
        return f"broker away {for_s:.2f}"

    def _lose_store(self) -> str:
        if self._world.now_s < LISTS_ARE_IN_S:
            return ""
        self._cluster.broker.lose_store()
        return f"store lost, {self._broker_away()}"

    def _cut_ami(self) -> str:
        for session in self._cluster.sessions:
            if not session.closed and self._world.chance(0.5):
                session.end()
        return "cut ami"

    def _half_open_ami(self) -> str:
        for session in self._cluster.sessions:
            if not session.closed and self._world.chance(0.5):
                session.silent = True
        return "half open ami"

    def _kill_asterisk(self) -> str:
        asterisk = self._world.random.choice(self._cluster.asterisks)
        asterisk.kill(self._for_s())
        return f"kill {asterisk.name}"

    def _stall_asterisk(self) -> str:
        asterisk, for_s = self._world.random.choice(self._cluster.asterisks), self._for_s()
        asterisk.stall(for_s)
        return f"stall {asterisk.name} {for_s:.2f}"

    def _database_away(self) -> str:
        database = self._world.random.choice(
            [self._cluster.ledger_database, self._cluster.scheduler_database]
        )
        database.down_until_s = self._world.now_s + self._for_s()
        return f"{database.name} away"

    def _database_stalls(self) -> str:
        database = self._world.random.choice(
            [self._cluster.ledger_database, self._cluster.scheduler_database]
        )
        database.stalled_until_s = self._world.now_s + min(4.0, self._for_s())
        return f"{database.name} stalls"

    def _set_clock(self) -> str:
        name = self._service()
        wrong_s = [-0.4, 0, 0.4] if name.startswith("scheduler") else [-3600, -3, -0.4, 0, 0.4, 3, 3600]
        skew_s = self._world.random.choice(wrong_s)
        self._cluster.services[name].set_clock(timedelta(seconds=skew_s))
        self._cluster.wrong_clocks_s = 1.0
        return f"clock of {name} {skew_s:+} s"

    def _agi(self) -> str:
        state = self._world.random.choice(["served", "dead", "hung"])
        self._cluster.set_agi(state)
        return f"agi {state}"

    def _bad_trunk(self) -> str:
        asterisk = self._world.random.choice(self._cluster.asterisks)
        asterisk.bad_trunk = not asterisk.bad_trunk
        return f"trunk of {asterisk.name} {'bad' if asterisk.bad_trunk else 'good'}"
