"""What is kept of a secret. It is random and long, so a plain hash of it is enough."""

import hashlib


def digest_of(secret: str) -> bytes:
    """SHA-256."""
    return hashlib.sha256(secret.encode()).digest()
