from pathlib import Path

import pytest

from deploy.local.chromium import ChromiumUnavailable, find_chromium

pytestmark = pytest.mark.integration


def test_a_host_without_apt_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENDIAL_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("EVENDIAL_CHROMIUM", raising=False)
    with pytest.raises(ChromiumUnavailable, match=r"^Chromium cannot be unpacked here: [^.]*\.$"):
        find_chromium()


def test_one_that_is_there_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENDIAL_CHROMIUM", "/bin/true")
    assert find_chromium().program == Path("/bin/true")


def test_what_does_not_run_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENDIAL_CHROMIUM", "/bin/false")
    with pytest.raises(ChromiumUnavailable, match=r"^EVENDIAL_CHROMIUM=/bin/false .*\.$"):
        find_chromium()
