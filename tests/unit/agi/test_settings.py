import pytest
from evendial_agi.settings import Settings, check
from evendial_chassis.settings import BadSettings, load

pytestmark = pytest.mark.unit

GIVEN = {
    "EVENDIAL_NATS_URL": "nats://127.0.0.1:4222",
    "EVENDIAL_AGI_DATABASE_URL": "postgresql://127.0.0.1/agi",
    "EVENDIAL_CALL_TOKEN_KEY": "k" * 32,
    "EVENDIAL_AGI_PROMPT_FOLDER": "/srv/prompts",
}


def settings(**changes: str) -> Settings:
    named = {f"EVENDIAL_AGI_{name.upper()}": value for name, value in changes.items()}
    return load(Settings, "agi", GIVEN | named)


def test_four_settings_are_enough_and_it_listens_on_loopback() -> None:
    check(settings())
    assert settings().listen_host == "127.0.0.1"


def test_asterisk_may_see_the_prompt_folder_under_another_name() -> None:
    assert settings().sound_prefix == "/srv/prompts"
    assert settings(prompt_prefix="evendial/").sound_prefix == "evendial"


def test_all_that_is_missing_or_wrong_is_named_at_once() -> None:
    given = {"EVENDIAL_CALL_TOKEN_KEY": "short", "EVENDIAL_AGI_LISTEN_PORT": "70000"}
    with pytest.raises(BadSettings) as problem:
        load(Settings, "agi", given)
    for name in ("NATS_URL", "DATABASE_URL", "CALL_TOKEN_KEY", "PROMPT_FOLDER", "LISTEN_PORT"):
        assert name in str(problem.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "::1", "fd00::1", "169.254.1.1"])
def test_a_loopback_or_private_address_is_taken(host: str) -> None:
    check(settings(listen_host=host))


@pytest.mark.parametrize("host", ["8.8.8.8", "2001:4860:4860::8888", "0.0.0.0", "::", "asterisk.example"])
def test_an_address_that_the_world_may_reach_is_refused(host: str) -> None:
    with pytest.raises(BadSettings, match="LISTEN_HOST"):
        check(settings(listen_host=host))


def test_every_address_has_to_be_asked_for() -> None:
    check(settings(listen_host="0.0.0.0", listen_everywhere="true"))


@pytest.mark.parametrize("folder", ["relative", "/with blank", '/quo"te', "/a;b"])
def test_a_prompt_folder_that_asterisk_could_misread_is_refused(folder: str) -> None:
    with pytest.raises(BadSettings, match="PROMPT_FOLDER"):
        settings(prompt_folder=folder)
