"""The life of one campaign."""

from uuid import UUID

import msgspec
import pytest
from evendial_campaigns.core.campaign import Status
from evendial_campaigns.core.commands import (
    Activate,
    ChangeRules,
    Create,
    Facts,
    Finish,
    RecordImport,
    SetSequence,
    Stop,
)
from evendial_campaigns.core.rules_change import RulesChange
from evendial_contracts.actions import Action, Ivr, Play, Wait
from evendial_contracts.campaigns import (
    CampaignFinished,
    CampaignRulesChanged,
    DuplicatePolicy,
    SequenceChanged,
)
from evendial_contracts.message import CampaignFact

from tests.unit.campaigns.given import (
    A_DEVICE,
    ADMIN,
    AN_ADMIN,
    CAMPAIGN,
    FACTS,
    IMPORT,
    IVR,
    OWNER,
    READY,
    RULES,
    RUNNING,
    USER,
    Given,
    activated,
    created,
    imported,
    sequenced,
    stopped,
)

pytestmark = pytest.mark.unit

REPLACE = msgspec.structs.replace
NOTHING = Facts(time_zones=FACTS.time_zones)


def test_a_campaign_is_created_by_its_owner() -> None:
    Given().when(Create(campaign_id=CAMPAIGN, by=USER, rules=RULES)).then(created())


def test_a_campaign_is_created_once() -> None:
    again = Create(campaign_id=CAMPAIGN, by=USER, rules=RULES)
    Given(created()).when(again).then()


def test_nothing_can_be_asked_of_a_campaign_that_is_not_there() -> None:
    Given().when(Activate(by=USER)).then_rejected("not_found")


def test_a_new_campaign_has_epoch_0_and_is_a_draft() -> None:
    assert (Given(created()).state.epoch, Given(created()).state.status) == (0, Status.DRAFT)


@pytest.mark.parametrize(
    ("facts", "known", "missing"),
    [
        ((created(),), NOTHING, ("numbers", "actions", "device")),
        ((created(), imported()), REPLACE(FACTS, device=None), ("actions", "device")),
        ((created(), sequenced()), REPLACE(FACTS, free_numbers=0), ("numbers",)),
        ((created(), imported(), sequenced()), REPLACE(FACTS, device=None), ("device",)),
        (READY, REPLACE(FACTS, device=REPLACE(A_DEVICE, deleted=True)), ("device",)),
        (READY, REPLACE(FACTS, free_numbers=0), ("numbers",)),
    ],
)
def test_activating_names_everything_that_is_missing(
    facts: tuple[CampaignFact, ...], known: Facts, missing: tuple[str, ...]
) -> None:
    Given(*facts).when(Activate(by=USER), known).then_rejected("not_ready", missing=missing)


def test_the_refusal_says_in_words_what_is_missing() -> None:
    words = "The campaign cannot be activated: it has no free numbers, no actions and no device."
    Given(created()).when(Activate(by=USER), NOTHING).then_rejected("not_ready", detail=words)


def test_a_ready_campaign_is_activated_under_the_next_epoch() -> None:
    Given(*READY).when(Activate(by=USER)).then(activated(1))


def test_an_active_campaign_is_not_activated_again() -> None:
    Given(*RUNNING).when(Activate(by=USER), NOTHING).then()


def test_a_stop_raises_the_epoch() -> None:
    Given(*RUNNING).when(Stop(by=USER)).then(stopped(2))
    assert Given(*RUNNING, stopped(2)).state.status is Status.STOPPED


@pytest.mark.parametrize("facts", [(created(),), READY, (*RUNNING, stopped())])
def test_what_does_not_dial_is_stopped_without_a_fact(facts: tuple[CampaignFact, ...]) -> None:
    Given(*facts).when(Stop(by=USER)).then()


def test_a_stopped_campaign_starts_again_under_the_next_epoch() -> None:
    Given(*RUNNING, stopped(2)).when(Activate(by=USER)).then(activated(3))


def test_an_exhausted_campaign_finishes_and_its_epoch_rises() -> None:
    finished = CampaignFinished(campaign_id=CAMPAIGN, owner_id=OWNER, epoch=2)
    Given(*RUNNING).when(Finish(epoch=1)).then(finished)
    assert Given(*RUNNING, finished).state.status is Status.FINISHED
    Given(*RUNNING, finished).when(Finish(epoch=1)).then()


@pytest.mark.parametrize("facts", [READY, (*RUNNING, stopped(2)), (*RUNNING, stopped(2), activated(3))])
def test_an_exhaustion_of_another_epoch_finishes_nothing(facts: tuple[CampaignFact, ...]) -> None:
    Given(*facts).when(Finish(epoch=1)).then()


def test_a_finished_campaign_starts_again_once_it_has_numbers() -> None:
    facts = (*RUNNING, CampaignFinished(campaign_id=CAMPAIGN, owner_id=OWNER, epoch=2))
    Given(*facts).when(Activate(by=USER), REPLACE(FACTS, free_numbers=0)).then_rejected("not_ready")
    Given(*facts, imported()).when(Activate(by=USER)).then(activated(3))


def test_an_import_is_recorded_in_any_state() -> None:
    record = RecordImport(
        by=USER, import_id=IMPORT, accepted=3, duplicates=0, rejected=0, chunks=1, sha256="00"
    )
    for facts in ((created(),), RUNNING, (*RUNNING, stopped())):
        Given(*facts).when(record).then(imported(3))
    assert Given(created(), imported(3), imported(4)).state.numbers == 7


def test_edited_rules_are_a_new_revision() -> None:
    faster = REPLACE(RULES, calls_per_minute=60)
    changed = CampaignRulesChanged(
        campaign_id=CAMPAIGN, owner_id=OWNER, changed_by=ADMIN, revision=1, rules=faster
    )
    Given(*RUNNING).when(ChangeRules(by=AN_ADMIN, changes=RulesChange(calls_per_minute=60))).then(changed)
    Given(*RUNNING, changed).when(ChangeRules(by=AN_ADMIN, changes=RulesChange(calls_per_minute=60))).then()


def test_an_active_campaign_keeps_its_device_and_its_actions() -> None:
    bare = ChangeRules(by=USER, changes=RulesChange(device_id=None))
    Given(*RUNNING).when(bare).then_rejected("invalid_field", field="device_id")
    Given(*RUNNING).when(SetSequence(by=USER, actions=())).then_rejected("invalid_field", field="actions")


def test_how_duplicates_are_told_is_fixed_once_there_are_numbers() -> None:
    other = ChangeRules(by=USER, changes=RulesChange(duplicate_policy=DuplicatePolicy.ALLOW))
    Given(created(), imported()).when(other).then_rejected("invalid_field", field="duplicate_policy")
    assert Given(created()).when(other)


SAY = Play(prompt_id=UUID(int=7), sha256="0" * 64, duration_ms=900)
MENU = Ivr(ivr_id=IVR, context="menu")


def test_each_sequence_has_a_version_of_its_own() -> None:
    changed = SequenceChanged(
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        changed_by=OWNER,
        sequence_version=2,
        actions=(Wait(seconds=1), SAY),
    )
    again = SetSequence(by=USER, actions=(Wait(seconds=1), SAY))
    Given(created(), sequenced(1)).when(again).then(changed)
    Given(created(), sequenced(1), changed).when(again).then()


def test_an_ivr_is_the_admins_alone() -> None:
    hand_over = (SAY, MENU)
    Given(created()).when(SetSequence(by=USER, actions=hand_over)).then_rejected("ivr_is_the_admins")
    Given(created()).when(SetSequence(by=AN_ADMIN, actions=hand_over)).then(
        SequenceChanged(
            campaign_id=CAMPAIGN, owner_id=OWNER, changed_by=ADMIN, sequence_version=1, actions=hand_over
        )
    )


@pytest.mark.parametrize("actions", [(MENU, SAY), (MENU, MENU), tuple([SAY] * 51)])
def test_a_sequence_that_cannot_be_run_is_refused(actions: tuple[Action, ...]) -> None:
    Given(created()).when(SetSequence(by=AN_ADMIN, actions=actions)).then_rejected(
        "invalid_field", field="actions"
    )
