"""An unpacked Asterisk: a folder that plays `/`, run by its own loader and libraries, without chroot."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class AsteriskBuild:
    """`root` is the folder that plays `/`; `version` is as the program says it (`22.10.1+dfsg…`)."""

    root: Path
    version: str

    @property
    def major(self) -> int:
        """22, 20, 16 …"""
        return int(self.version.split(".")[0])

    @property
    def modules(self) -> Path:
        """The folder of its modules."""
        return _first(self.root / "usr/lib", "**/asterisk/modules/chan_pjsip.so").parent

    @property
    def data(self) -> Path:
        """Its documentation and sounds."""
        return self.root / "usr/share/asterisk"

    def argv(self, *arguments: str | Path) -> list[str | Path]:
        """The command that runs it with `arguments`."""
        libraries = _first(self.root / "usr/lib", "*/libc.so.6").parent
        loader = _first(libraries, "ld-*.so*")
        search = f"{libraries}:{self.root}/lib/{libraries.name}:{self.root}/usr/lib"
        program = self.root / "usr/sbin/asterisk"
        return [loader, "--inhibit-cache", "--library-path", search, program, *arguments]


def version_of(root: Path) -> str | None:
    """What the Asterisk under `root` says of itself; None when it does not run on this host."""
    try:
        command = AsteriskBuild(root=root, version="").argv("-V")
        printed = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return printed.removeprefix("Asterisk ").strip()


def _first(folder: Path, pattern: str) -> Path:
    for path in sorted(folder.glob(pattern)):
        if path.exists():
            return path
    raise FileNotFoundError(f"no {pattern} under {folder}")
