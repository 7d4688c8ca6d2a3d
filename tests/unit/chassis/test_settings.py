from pathlib import Path

import msgspec
import pytest
from evendial_chassis.settings import BadSettings, load

pytestmark = pytest.mark.unit


class Example(msgspec.Struct, frozen=True, kw_only=True):
    nats_url: str
    dsn: str
    http_port: int = 8080
    ratio: float = 0.5
    strict: bool = False


def test_own_names_win_over_shared_ones() -> None:
    environ = {
        "EVENDIAL_NATS_URL": "a",
        "EVENDIAL_AGI_NATS_URL": "b",
        "EVENDIAL_DSN": "c",
        "EVENDIAL_AGI_HTTP_PORT": "1",
    }
    assert load(Example, "agi", environ) == Example(nats_url="b", dsn="c", http_port=1)


def test_everything_missing_or_wrong_is_named_at_once() -> None:
    with pytest.raises(BadSettings) as problem:
        load(Example, "agi", {"EVENDIAL_AGI_HTTP_PORT": "many", "EVENDIAL_AGI_STRICT": "perhaps"})
    text = str(problem.value)
    for name in (
        "EVENDIAL_AGI_NATS_URL",
        "EVENDIAL_AGI_DSN",
        "EVENDIAL_AGI_HTTP_PORT",
        "EVENDIAL_AGI_STRICT",
    ):
        assert name in text
    assert len(text.splitlines()) == 4


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "dsn"
    secret.write_text("postgresql://x\n")
    loaded = load(Example, "agi", {"EVENDIAL_NATS_URL": "a", "EVENDIAL_AGI_DSN_FILE": str(secret)})
    assert loaded.dsn == "postgresql://x"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    environ = {"EVENDIAL_NATS_URL": "a", "EVENDIAL_AGI_DSN_FILE": str(tmp_path / "none")}
    with pytest.raises(BadSettings, match="EVENDIAL_AGI_DSN_FILE"):
        load(Example, "agi", environ)
