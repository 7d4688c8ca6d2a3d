"""What every service counts. Rooms add their own with prometheus_client's types taken from here."""

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

__all__ = ["Counter", "Gauge", "Histogram", "exposition"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

received = Counter("evendial_messages_received", "Messages handled, by durable.", ["durable"])
skipped = Counter("evendial_messages_skipped", "Messages of an unknown type, by durable.", ["durable"])
dead_lettered = Counter("evendial_messages_dead_lettered", "Messages put aside, by durable.", ["durable"])
published = Counter("evendial_messages_published", "Messages acknowledged by the bus, by type.", ["type"])


def exposition() -> bytes:
    """Everything counted so far, in Prometheus' text format."""
    return generate_latest(REGISTRY)
