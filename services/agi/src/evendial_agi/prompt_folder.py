"""The folder that Asterisk plays prompts from: `<owner_id>/<sha256>.ulaw`, G.711 µ-law, 8 kHz, no header."""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from uuid import UUID

import msgspec

BYTES_PER_S = 8000
SUFFIX = ".ulaw"

_NAME = re.compile(
    r"(?P<owner>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/(?P<sha256>[0-9a-f]{64})"
)


class Sound(msgspec.Struct, frozen=True):
    """What STREAM FILE takes: a name without extension."""

    name: str
    duration_s: float


class BadPrompt(Exception):
    """A name or content that is not what the bucket promises; the message says which."""


def prompt_name(owner_id: UUID, sha256: str) -> str:
    """The object's name in the bucket."""
    return f"{owner_id}/{sha256}"


class PromptFolder:
    """Only names of the one form ever become paths. `prefix` is the folder as Asterisk sees it."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self._folder = folder
        self._prefix = prefix

    def size(self, name: str) -> int | None:
        """Its bytes, or None when it is not here."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError:
            return None

    def sound(self, name: str) -> Sound | None:
        """The sound of that name when it is here."""
        size = self.size(name)
        return None if size is None else Sound(f"{self._prefix}/{name}", size / BYTES_PER_S)

    def write(self, name: str, audio: bytes) -> None:
        """Adds a prompt: Asterisk sees all of it or nothing. Raises BadPrompt when its hash is another."""
        path = self._path(name)
        if hashlib.sha256(audio).hexdigest() != path.stem:
            raise BadPrompt("the audio is not what its name says")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o755)
        descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
        try:
            with open(descriptor, "wb") as file:
                file.write(audio)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o644)
            os.replace(partial, path)
        except BaseException:
            os.unlink(partial)
            raise

    def remove(self, name: str) -> None:
        """A call that plays it now plays it to its end."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        matched = _NAME.fullmatch(name)
        if matched is None:
            raise BadPrompt("the name is not <owner_id>/<sha256>")
        return self._folder / matched["owner"] / (matched["sha256"] + SUFFIX)
