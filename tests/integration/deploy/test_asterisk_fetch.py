from pathlib import Path

import pytest

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.asterisk_fetch import OLDEST, AsteriskUnavailable, find_asterisk

pytestmark = pytest.mark.integration


def test_a_host_without_apt_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENDIAL_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AsteriskUnavailable, match=r"^Asterisk cannot be unpacked here: [^.]*\.$"):
        find_asterisk()


def test_the_operators_own_build_is_taken(
    asterisk_build: AsteriskBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENDIAL_ASTERISK_ROOT", str(asterisk_build.root))
    assert find_asterisk() == find_asterisk(major=asterisk_build.major) == asterisk_build


def test_a_version_may_be_asked_for(oldest_build: AsteriskBuild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENDIAL_ASTERISK_ROOT", raising=False)
    assert oldest_build.major == OLDEST
    assert find_asterisk(major=find_asterisk().major) == find_asterisk()
    monkeypatch.setenv("EVENDIAL_ASTERISK_ROOT", str(find_asterisk().root))
    assert find_asterisk(major=OLDEST) == oldest_build


def test_a_version_that_cannot_be_had_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENDIAL_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AsteriskUnavailable, match=r"^Asterisk 16 cannot be unpacked here: [^.]*\.$"):
        find_asterisk(major=16)


def test_an_operators_folder_without_asterisk_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENDIAL_ASTERISK_ROOT", str(tmp_path))
    with pytest.raises(AsteriskUnavailable, match=str(tmp_path)):
        find_asterisk()


def test_the_build_knows_its_version(asterisk_build: AsteriskBuild) -> None:
    assert asterisk_build.major in (16, 18, 20, 22)
