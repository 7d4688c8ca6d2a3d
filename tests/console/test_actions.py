"""Actions: the sequence of a call built by keys and by dragging, prompts uploaded and heard."""

from uuid import UUID, uuid4

import pytest
from playwright.async_api import FilePayload, Page, expect

from deploy.local.sample_plan import prompt_wav
from deploy.local.user import asked
from tests.console.axe import accessible
from tests.console.house import House
from tests.console.watch import Watch
from tests.waiting import until

pytestmark = pytest.mark.console


async def show(page: Page, house: House, *actions: dict[str, object]) -> UUID:
    """The actions of a new campaign."""
    body = {"name": f"Actions {uuid4().hex[:6]}"}
    campaign = UUID((await house.user.ask("POST", "/v1/campaigns", json=body))["campaign_id"])
    if actions:
        await house.user.ask("PUT", f"/v1/campaigns/{campaign}/actions", json={"actions": actions})
    await page.goto(f"/#/campaigns/{campaign}/actions")
    await page.get_by_role("button", name="Add a wait").wait_for()
    return campaign


async def saved(house: House, campaign: UUID) -> list[str]:
    """What the service has: kinds, and seconds of waits."""
    actions = (await house.user.ask("GET", f"/v1/campaigns/{campaign}/actions"))["actions"]
    return [f"{each['kind']} {each.get('seconds', '')}".strip() for each in actions]


def waits(*seconds: float) -> list[dict[str, object]]:
    return [{"kind": "wait", "seconds": each} for each in seconds]


async def test_a_sequence_is_built_with_a_prompt_that_is_uploaded_and_heard(
    user_page: Page, house: House
) -> None:
    campaign = await show(user_page, house)
    await expect(user_page.get_by_text("No actions yet")).to_be_visible()
    await accessible(user_page)
    await user_page.get_by_role("button", name="Add a wait").click()
    await user_page.get_by_label("Seconds").fill("0.5")
    await user_page.get_by_role("button", name="Add a prompt").click()
    await user_page.get_by_role("button", name="Save").click()
    await expect(user_page.get_by_text("Choose a prompt, or upload one.")).to_be_visible()
    name = f"greeting {uuid4().hex[:6]}"
    sound: FilePayload = {"name": f"{name}.wav", "mimeType": "audio/wav", "buffer": prompt_wav(2)}
    await user_page.get_by_label("Sound file").set_input_files(sound)
    await expect(user_page.get_by_text(f"“{name}” is 0:02 long.")).to_be_visible()
    await expect(user_page.get_by_label("Prompt", exact=True)).to_contain_text(name)
    await expect(user_page.get_by_text("2 actions, 2.5 s; then the call ends.")).to_be_visible()
    await accessible(user_page)
    await user_page.get_by_role("button", name=f"Listen to {name}").click()
    await user_page.get_by_role("button", name=f"Stop {name}").click()
    await user_page.get_by_role("button", name="Listen to all of it").click()
    await expect(user_page.locator(".action.is-heard")).to_contain_text("Play")
    await expect(user_page.get_by_role("button", name="Listen to all of it")).to_be_visible()
    await user_page.get_by_role("button", name="Save").click()
    await expect(user_page.get_by_text("All is saved.")).to_be_visible()
    assert await saved(house, campaign) == ["wait 0.5", "play"]


async def test_keys_alone_move_and_remove_actions(user_page: Page, house: House) -> None:
    campaign = await show(user_page, house, *waits(1, 2, 3))
    await user_page.get_by_role("button", name="Move up: Wait, action 3 of 3").focus()
    await user_page.keyboard.press("Enter")
    await expect(user_page.get_by_role("button", name="Move up: Wait, action 2 of 3")).to_be_focused()
    await expect(user_page.get_by_text("Moved to place 2 of 3.")).to_be_attached()
    await user_page.keyboard.press("Enter")
    await expect(user_page.get_by_role("button", name="Move down: Wait, action 1 of 3")).to_be_focused()
    await user_page.get_by_role("button", name="Remove: Wait, action 3 of 3").press("Enter")
    await user_page.get_by_role("button", name="Save").press("Enter")
    await expect(user_page.get_by_text("All is saved.")).to_be_visible()
    assert await saved(house, campaign) == ["wait 3.0", "wait 1.0"]


async def test_dragging_moves_an_action(user_page: Page, house: House) -> None:
    campaign = await show(user_page, house, *waits(1, 2, 3))
    await until(lambda: user_page.evaluate("() => 'Sortable' in window"))
    grips = user_page.locator(".action-grip")
    start, end = await grips.nth(0).bounding_box(), await grips.nth(2).bounding_box()
    assert start and end
    await user_page.mouse.move(start["x"] + 14, start["y"] + 18)
    await user_page.mouse.down()
    await user_page.mouse.move(start["x"] + 14, end["y"], steps=8)
    await user_page.mouse.move(end["x"] + 14, end["y"] + 30, steps=8)
    await user_page.mouse.up()
    await user_page.get_by_role("button", name="Save").click()
    await expect(user_page.get_by_text("All is saved.")).to_be_visible()
    assert await saved(house, campaign) == ["wait 2.0", "wait 3.0", "wait 1.0"]


async def test_an_ivr_is_for_admins_and_comes_last(admin_page: Page, user_page: Page, house: House) -> None:
    name = f"menu-{uuid4().hex[:6]}"
    await asked(house.user.admin.post("/v1/ivrs", json={"name": name, "context": "menu"}))
    campaign = await show(admin_page, house, *waits(1))
    await admin_page.get_by_role("button", name="Hand over to an IVR").click()
    await admin_page.get_by_label("IVR", exact=True).select_option(name)
    await admin_page.get_by_role("button", name="Add a wait").click()
    await expect(admin_page.get_by_text("2 actions, 2 s; then an IVR takes the call over.")).to_be_visible()
    await admin_page.get_by_role("button", name="Move up: Hand over to, action 3 of 3").click()
    await expect(admin_page.get_by_text("so it must be the last action.")).to_be_visible()
    await accessible(admin_page)
    await admin_page.get_by_role("button", name="Move down: Hand over to, action 2 of 3").click()
    await admin_page.get_by_role("button", name="Save").click()
    await expect(admin_page.get_by_text("All is saved.")).to_be_visible()
    assert await saved(house, campaign) == ["wait 1.0", "wait 1.0", "ivr"]

    await user_page.goto(f"/#/campaigns/{campaign}/actions")
    await expect(user_page.get_by_text("chosen by an admin")).to_be_visible()
    await expect(user_page.get_by_role("button", name="Hand over to an IVR")).to_be_hidden()


async def test_what_is_no_sound_is_refused_in_words(user_page: Page, house: House, watch: Watch) -> None:
    watch.expect(422, "POST", "/v1/prompts")
    await show(user_page, house)
    await user_page.get_by_role("button", name="Add a prompt").click()
    noise: FilePayload = {"name": "notes.wav", "mimeType": "audio/wav", "buffer": b"no sound at all"}
    await user_page.get_by_label("Sound file").set_input_files(noise)
    await expect(user_page.get_by_role("alert")).to_contain_text("The sound was not taken.")


async def test_an_admin_uploads_for_the_owner(admin_page: Page, house: House) -> None:
    campaign = await show(admin_page, house)
    await admin_page.get_by_role("button", name="Add a prompt").click()
    sound: FilePayload = {"name": "for you.wav", "mimeType": "audio/wav", "buffer": prompt_wav(1)}
    await admin_page.get_by_label("Sound file").set_input_files(sound)
    await expect(admin_page.get_by_label("Prompt", exact=True)).to_contain_text("for you")
    await admin_page.get_by_role("button", name="Save").click()
    await expect(admin_page.get_by_text("All is saved.")).to_be_visible()
    assert await saved(house, campaign) == ["play"]
