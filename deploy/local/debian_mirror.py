"""Packages of any Debian release from the host's own mirror, unpacked into a folder: nothing is installed.

apt-get only downloads, with private state; dpkg-deb and tar unpack; no maintainer script runs and no root is
needed. The mirror, its proxy and its keys are whatever the host's apt is configured with.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_TOOLS = ("apt-get", "dpkg-deb", "tar")
_RELEASES = ("stable", "testing", "unstable", "sid")
_LEFT_OUT = ("doc", "man", "locale", "perl", "zoneinfo", "info", "lintian")
_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class MirrorFailed(Exception):
    """The mirror did not give what was asked, or this host has none; the message is one clause."""


def find_mirrors() -> list[str]:
    """The addresses of the Debian archive that this host's apt is configured with; never empty."""
    release = platform.freedesktop_os_release() if sys.platform == "linux" else {}
    if release.get("ID") != "debian":
        raise MirrorFailed("this host does not run Debian")
    for tool in _TOOLS:
        if shutil.which(tool) is None:
            raise MirrorFailed(f"{tool} is missing on this host")
    form = "$(COMPONENT) $(RELEASE) $(REPO_URI)"
    lines = _run(["apt-get", "indextargets", "--format", form, "Created-By: Packages"]).splitlines()
    own = {release.get("VERSION_CODENAME"), *_RELEASES}
    fields = [line.split(" ", 2) for line in lines]
    mirrors = [uri for component, name, uri in fields if component == "main" and name in own]
    if not mirrors:
        raise MirrorFailed("apt is configured with no Debian mirror on this host")
    return list(dict.fromkeys(mirrors))


def download(
    packages: Sequence[str], *, mirror: str, suite: str, state: Path, given: Sequence[str] = ()
) -> list[Path]:
    """Download `packages` of `suite` with all that they depend on into the new folder `state`.

    A name with a trailing minus keeps that package out; so does one of `given`, even where another needs it.
    Returns the package files, whose hashes apt has checked against the signed index of the suite.
    """
    (state / "lists/partial").mkdir(parents=True)
    (state / "archives/partial").mkdir(parents=True)
    signed = f"[signed-by={_KEYS}] " if _KEYS.exists() else ""
    (state / "sources.list").write_text(f"deb {signed}{mirror} {suite} main\n")
    (state / "status").write_text("".join(_installed(name) for name in given))
    (state / "apt.conf").write_text(_configuration(state))
    apt = ["apt-get", "-qq", "-c", str(state / "apt.conf")]
    _run([*apt, "update"])
    _run([*apt, "-y", "--download-only", "install", *packages])
    return sorted((state / "archives").glob("*.deb"))


def unpack(packages: Sequence[Path], root: Path) -> None:
    """Unpack package files into the new folder `root`, without manuals, translations and perl."""
    for name in ("bin", "sbin", "lib", "lib64"):  # old packages ship files under both /lib and /usr/lib
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    for package in packages:
        _extract(package, root)


def _extract(package: Path, root: Path) -> None:
    left_out = [f"--exclude=./usr/share/{name}" for name in _LEFT_OUT]
    options = ["--skip-old-files", "--no-same-owner", "--keep-directory-symlink", *left_out]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as archive:
        tar = subprocess.run(["tar", "-x", *options, "-C", root], stdin=archive.stdout)
    if tar.returncode or archive.returncode:
        raise MirrorFailed(f"{package.name} could not be unpacked")


def _run(argv: Sequence[str]) -> str:
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    result = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment)
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        raise MirrorFailed(f"{argv[0]} failed with {last!r}")
    return result.stdout


def _installed(package: str) -> str:
    """What dpkg would have written down of a package that is newer than any other."""
    architecture = _run(["dpkg", "--print-architecture"]).strip()
    return (
        f"Package: {package}\nStatus: install ok installed\nVersion: 9999\nArchitecture: {architecture}\n"
        "Multi-Arch: same\nMaintainer: none\nDescription: none\n\n"
    )


def _configuration(state: Path) -> str:
    """Read by apt after the host's own settings: all state in `state`, and none of the host's hooks."""
    return f"""
        Dir::Etc::SourceList "{state}/sources.list";
        Dir::Etc::SourceParts "-";
        Dir::Etc::Preferences "-";
        Dir::Etc::PreferencesParts "-";
        Dir::State "{state}";
        Dir::State::Status "{state}/status";
        Dir::Cache "{state}";
        Dir::Log "{state}";
        Acquire::Check-Valid-Until "false";
        APT::Update::Error-Mode "any";
        Acquire::Languages "none";
        APT::Install-Recommends "false";
        APT::Sandbox::User "root";
        Debug::NoLocking "true";
        #clear APT::Default-Release;
        #clear APT::Update::Pre-Invoke;
        #clear APT::Update::Post-Invoke;
        #clear APT::Update::Post-Invoke-Success;
        #clear DPkg::Pre-Invoke;
        #clear DPkg::Post-Invoke;
        #clear DPkg::Pre-Install-Pkgs;
    """
