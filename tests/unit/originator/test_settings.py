import pytest
from evendial_chassis.settings import BadSettings, load
from evendial_originator.settings import Settings, check

pytestmark = pytest.mark.unit

ENOUGH = {
    "EVENDIAL_NATS_URL": "nats://127.0.0.1:4222",
    "EVENDIAL_ORIGINATOR_DATABASE_URL": "postgres://127.0.0.1/originator",
    "EVENDIAL_ORIGINATOR_AMI_USER": "evendial",
    "EVENDIAL_ORIGINATOR_AMI_SECRET": "secret",
    "EVENDIAL_CALL_TOKEN_KEY": "k" * 32,
    "EVENDIAL_ORIGINATOR_PERSON_KEY": "p" * 32,
}


def given(**more: str) -> Settings:
    settings = load(Settings, "originator", ENOUGH | {f"EVENDIAL_ORIGINATOR_{k}": v for k, v in more.items()})
    check(settings)
    return settings


def test_the_rest_has_defaults() -> None:
    settings = given()
    assert settings.pool_names == ("default",)
    assert settings.asterisk_name == "127.0.0.1:5038"


def test_an_originator_may_serve_several_pools() -> None:
    assert given(POOLS="east, west").pool_names == ("east", "west")


@pytest.mark.parametrize("pools", ["East", "a.b", "*", "a,,b", ">"])
def test_a_pool_that_is_no_name_is_refused(pools: str) -> None:
    with pytest.raises(BadSettings, match="EVENDIAL_ORIGINATOR_POOLS"):
        given(POOLS=pools)


def test_an_asterisk_may_have_a_name_of_its_own() -> None:
    assert given(ASTERISK="pbx-1").asterisk_name == "pbx-1"


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(BadSettings) as problem:
        load(Settings, "originator", {})
    for name in ENOUGH:
        assert name.removeprefix("EVENDIAL_").removeprefix("ORIGINATOR_") in str(problem.value)


def test_short_keys_are_refused_without_being_shown() -> None:
    with pytest.raises(BadSettings, match="PERSON_KEY") as problem:
        given(PERSON_KEY="hunter2")
    assert "hunter2" not in str(problem.value)
