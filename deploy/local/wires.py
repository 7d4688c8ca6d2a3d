"""How parts are connected: straight, or through edges that a fault test can make fail."""

from deploy.local.edges import Edge
from deploy.local.ports import Ports


class Wires:
    """Lays wires; with `faulty` each has an edge on it, named `originator-2>nats` after its two ends."""

    def __init__(self, ports: Ports, *, faulty: bool) -> None:
        self.edges: dict[str, Edge] = {}
        self._ports = ports
        self.faulty = faulty

    async def lay(self, near: str, far: str, port: int, *, gives_up_after_s: float | None = None) -> int:
        """The port at which `near` reaches the `port` of `far`; about the last argument see `Edge`."""
        if not self.faulty:
            return port
        edge = Edge(f"{near}>{far}", port, gives_up_after_s=gives_up_after_s)
        self.edges[edge.name] = edge
        await edge.open(self._ports.one())
        return edge.port

    async def lay_url(self, near: str, far: str, url: str) -> str:
        """The same for an address on loopback that holds its port."""
        before, _, after = url.partition("@127.0.0.1:")
        port, slash, path = after.partition("/")
        return f"{before}@127.0.0.1:{await self.lay(near, far, int(port))}{slash}{path}"

    async def close(self) -> None:
        """Ends all edges."""
        for edge in self.edges.values():
            await edge.close()
