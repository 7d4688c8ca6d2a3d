"""What admins keep for everybody, and what a user keeps for themselves."""

import re
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from playwright.async_api import FilePayload, Page, expect

from deploy.local.sample_plan import prompt_wav
from tests.console.axe import accessible
from tests.console.conftest import OpenPage
from tests.console.furniture import put_aside, slow_down
from tests.console.house import PASSWORD, House, come_in
from tests.console.watch import Watch

pytestmark = pytest.mark.console


async def act(page: Page, menu: str, item: str) -> None:
    await page.get_by_role("button", name=menu, exact=True).click()
    await page.get_by_role("menuitem", name=item).click()


async def administer(page: Page, label: str) -> None:
    await page.goto("/")
    await act(page, "Administration", label)
    await expect(page.get_by_role("heading", level=1, name=label)).to_be_visible()


async def sure(page: Page, button: str, question: str | None = None) -> None:
    """Presses a button of the dialog; where one lies over another, of the one with that title."""
    await page.get_by_role("dialog", name=question).get_by_role("button", name=button).click()


async def test_a_trunk_and_a_device_are_made_changed_and_deleted(
    open_page: OpenPage, house: House, watch: Watch
) -> None:
    watch.expect(409, "DELETE", "/v1/trunks/.*")
    watch.expect(412, "PATCH", "/v1/devices/.*")
    page = await open_page("admin")
    await administer(page, "Trunks")
    await page.get_by_role("link", name="New trunk").first.click()
    await page.get_by_label("Name", exact=True).fill("Nordic Voice")
    await page.get_by_role("button", name="Make the trunk").click()
    await expect(page.get_by_text("Enter 1 to 64 letters")).to_be_visible()
    await accessible(page)
    await page.get_by_label("PJSIP endpoint").fill("nordic-voice")
    await page.get_by_role("button", name="Make the trunk").click()
    trunk = page.get_by_role("row", name="Nordic Voice")
    await expect(trunk).to_contain_text("Well")
    edit = await trunk.get_by_role("link", name="Nordic Voice").get_attribute("href")
    assert edit
    await slow_down(house, UUID(edit.split("/")[2]))
    await expect(trunk).to_contain_text("Too many of its calls fail. It is given 2.5 of 10 calls a second")
    await accessible(page)

    await page.get_by_role("link", name="Devices", exact=True).click()
    await page.get_by_role("link", name="New device").first.click()
    await page.get_by_label("Name", exact=True).fill("Front desk")
    await page.get_by_label("Owner").select_option(label=house.people["user"].name)
    await page.get_by_label("Trunk", exact=True).select_option(label="Nordic Voice")
    await page.get_by_label("Account code").fill("desk-1")
    await page.get_by_label("Caller ids").fill("+49 30 1234-567\n12")
    await page.get_by_role("button", name="Make the device").click()
    await expect(page.get_by_text("a caller id has 3 to 15 digits")).to_be_visible()
    await accessible(page)
    await page.get_by_label("Caller ids").fill("+49 30 1234-567")
    await page.get_by_role("button", name="Make the device").click()
    row = page.get_by_role("row", name="Front desk")
    await expect(row).to_contain_text("+49301234567")
    await accessible(page)

    await row.get_by_role("link", name="Front desk").click()
    await expect(page.get_by_label("Account code")).to_have_value("desk-1")
    made = re.search(r"devices/([^/]+)/edit", page.url)
    assert made
    elsewhere = await house.user.admin.patch(f"/v1/devices/{made[1]}", json={"account_code": "desk-2"})
    assert elsewhere.is_success
    await page.get_by_label("Calls at once").fill("30")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Save mine").click()
    await expect(row).to_contain_text("desk-2")
    await expect(row).to_contain_text("30")

    user = await open_page("user", phone=True)
    await user.goto("/#/devices")
    await expect(user.get_by_role("row", name="Front desk")).to_contain_text("desk-2")
    await expect(user.get_by_role("link", name="New device")).to_have_count(0)
    await accessible(user)
    await user.goto("/#/trunks")
    await expect(user.get_by_role("heading", name="You are no admin")).to_be_visible()

    await administer(page, "Trunks")
    await act(page, "Acts on Nordic Voice", "Delete")
    await sure(page, "Delete the trunk")
    await expect(page.get_by_role("dialog")).to_contain_text("1 device calls through this trunk")
    await sure(page, "Cancel")
    await page.get_by_role("link", name="Devices", exact=True).click()
    await act(page, "Acts on Front desk", "Delete")
    await sure(page, "Delete the device")
    await expect(row).to_have_count(0)


async def test_a_user_is_made_limited_and_shut_out_again(
    open_page: OpenPage, house: House, watch: Watch
) -> None:
    watch.expect(409, "POST", "/v1/users")
    page = await open_page("admin")
    await administer(page, "Users")
    await page.get_by_role("button", name="New user").click()
    await page.get_by_label("Name", exact=True).fill(house.people["stranger"].name)
    await page.get_by_label("Password").fill("short")
    await page.get_by_role("button", name="Make the user").click()
    await expect(page.get_by_text("Use 12 characters or more")).to_be_visible()
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Make the user").click()
    await expect(page.get_by_text("There is a user of that name.")).to_be_visible()
    await accessible(page)
    await page.get_by_label("Name", exact=True).fill("ada")
    await page.get_by_role("button", name="Make the user").click()
    await expect(page.get_by_role("heading", level=1, name="ada")).to_be_visible()
    limits = page.get_by_role("region", name="Limits")
    await limits.get_by_label("Calls a minute: no limit").uncheck()
    await limits.get_by_label("Calls a minute", exact=True).fill("0")
    await limits.get_by_label("begin with: any").uncheck()
    await limits.get_by_label("begin with", exact=False).first.fill("+49, 43")
    await limits.get_by_role("button", name="Save the limits").click()
    await expect(limits.get_by_text("Enter 1 to 1,000,000 calls a minute")).to_be_visible()
    await accessible(page)
    await limits.get_by_label("Calls a minute", exact=True).fill("120")
    await limits.get_by_role("button", name="Save the limits").click()
    await expect(page.get_by_text("The limits are saved.")).to_be_visible()

    theirs = await open_page(phone=True)
    await come_in(theirs, "ada")
    await theirs.get_by_role("button", name="Navigation").click()
    await act(theirs, "ada, signed in as user", "Your account")
    await expect(theirs.get_by_text("120, all active campaigns together")).to_be_visible()
    await expect(theirs.get_by_text("Those that begin with +43 and +49")).to_be_visible()
    await expect(theirs.get_by_role("button", name="Administration")).to_have_count(0)
    await accessible(theirs)
    watch.expect(401, "GET", "/v1/.*")
    await act(page, "Acts on ada", "Shut out")
    await sure(page, "Shut out")
    await expect(page.get_by_text("Shut out", exact=True)).to_be_visible()
    await theirs.goto("/#/keys")
    await expect(theirs.get_by_role("dialog")).to_contain_text("Sign in")
    await page.get_by_role("link", name="Users", exact=True).first.click()
    await act(page, "Acts on ada", "Let in again")
    await expect(page.get_by_text("ada can sign in again.")).to_be_visible()
    await accessible(page)


async def test_a_key_is_shown_once_and_holds_until_it_is_revoked(
    open_page: OpenPage, house: House, watch: Watch
) -> None:
    await house.user.admin.post("/v1/users", json={"name": "kim", "password": PASSWORD})
    page = await open_page()
    await come_in(page, "kim")
    await act(page, "kim, signed in as user", "API keys")
    await accessible(page)
    await page.get_by_role("button", name="Make a key").click()
    await page.get_by_label("What it is for").fill("Nightly report")
    await expect(page.get_by_label("Everything an admin may")).to_have_count(0)
    await accessible(page)
    await page.get_by_role("button", name="Make the key").click()
    key = await page.get_by_label("Key", exact=True).input_value()
    await accessible(page)
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    await page.get_by_role("button", name="I have it").click()
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=house.url, headers=headers) as script:
        assert (await script.get("/v1/me")).json()["name"] == "kim"
        assert (await script.post("/v1/campaigns", json={"name": "no"})).status_code == 403
        await page.get_by_role("button", name="Revoke Nightly report").click()
        await sure(page, "Revoke the key")
        await expect(page.get_by_role("heading", name="No key yet")).to_be_visible()
        assert (await script.get("/v1/me")).status_code == 401

    watch.expect(409, "PUT", "/v1/me/password")
    await page.goto("/#/account")
    await page.get_by_label("Password now").fill("eight lamps by the harbour")
    await page.get_by_label("New password", exact=True).fill("nine boats under the bridge")
    await page.get_by_label("New password once more").fill("nine boats")
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_text("The two are not the same.")).to_be_visible()
    await page.get_by_label("New password once more").fill("nine boats under the bridge")
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_text("That is not your password.")).to_be_visible()
    await page.get_by_label("Password now").fill(PASSWORD)
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_text("Your password is changed.")).to_be_visible()


async def test_a_prompt_is_uploaded_renamed_and_deleted(user_page: Page) -> None:
    await user_page.goto("/#/prompts")
    sound = FilePayload(name="hello.wav", mimeType="audio/wav", buffer=prompt_wav(2))
    await user_page.get_by_label("Sound file").set_input_files(sound)
    row = user_page.get_by_role("row", name="hello")
    await expect(row).to_contain_text("0:02")
    await row.get_by_role("button", name="Listen to hello").click()
    await expect(row.get_by_role("button", name="Stop hello")).to_be_visible()
    await accessible(user_page)
    await act(user_page, "Acts on hello", "Rename")
    await user_page.get_by_label("Name", exact=True).fill("Spring greeting")
    await sure(user_page, "Rename")
    await act(user_page, "Acts on Spring greeting", "Delete")
    await sure(user_page, "Delete the prompt")
    await expect(user_page.get_by_role("row", name="Spring greeting")).to_have_count(0)


async def test_a_number_is_kept_from_being_called_until_it_is_removed(
    open_page: OpenPage, watch: Watch
) -> None:
    watch.expect(400, "POST", "/v1/suppressions/?.*")
    page = await open_page("user")
    await page.goto("/#/do-not-call")
    await page.get_by_label("May this number be called?").fill("+49 30 99000001")
    await page.get_by_role("button", name="Find out").click()
    await page.get_by_role("button", name="Do not call it").click()
    await expect(page.get_by_label("Holds for everybody")).to_have_count(0)
    await page.get_by_label("Note").fill("call 49309900000")
    await sure(page, "Do not call it")
    await expect(page.get_by_text("Leave phone numbers out")).to_be_visible()
    await page.get_by_label("Note").fill("by letter")
    await accessible(page)
    await sure(page, "Do not call it")
    await expect(page.get_by_role("row", name="Their own wish")).to_contain_text("by letter")
    await page.get_by_role("button", name="Find out").click()
    await expect(page.get_by_text("is not called.")).to_be_visible()
    await accessible(page)
    found = page.get_by_role("region", name="Find a number")
    await found.get_by_role("button", name="Remove").click()
    await sure(page, "Remove the entry")
    await expect(page.get_by_role("row", name="Their own wish")).to_have_count(0)


async def test_a_list_of_people_is_imported_with_its_report_and_taken_back(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = await open_page("admin")
    await page.goto("/#/do-not-call/lists")
    await page.get_by_role("button", name="Import a list").first.click()
    await sure(page, "Import")
    await expect(page.get_by_text("Choose a file.")).to_be_visible()
    text = "phone\n+49 30 99100001\n+49 30 99100002\n12\n"
    await page.get_by_label("File").set_input_files(
        FilePayload(name="robinson.csv", mimeType="text/csv", buffer=text.encode())
    )
    await expect(page.get_by_label("Name", exact=True)).to_have_value("robinson")
    await page.get_by_label("Holds for everybody").check()
    await accessible(page)
    await sure(page, "Import")
    await expect(page.get_by_role("dialog")).to_contain_text("2 numbers, 1 line refused.")
    await accessible(page)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download the refused lines").click()
    await (await download.value).save_as(tmp_path / "refused.csv")
    assert "too_short" in (tmp_path / "refused.csv").read_text()
    await page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    row = page.get_by_role("row", name="robinson")
    await expect(row).to_contain_text("In force")
    await expect(row).to_contain_text("Everybody")
    await accessible(page)
    await row.get_by_role("link", name="robinson").click()
    await expect(page.get_by_role("row", name="From a list")).to_have_count(2)
    await page.get_by_role("link", name="Lists").click()
    await act(page, "Acts on robinson", "Take the list back")
    await page.get_by_label("Type robinson to go on").fill("robinson")
    await sure(page, "Take the list back")
    await expect(row).to_have_count(0, timeout=20_000)


async def test_a_message_that_was_put_aside_is_looked_at_sent_again_and_dropped(
    admin_page: Page, house: House
) -> None:
    for text in ('{"trunk": 1}', '{"trunk": 2}'):
        await put_aside(house, text)
    await administer(admin_page, "Dead letters")
    rows = admin_page.get_by_role("row", name="trunk.tested.v1")
    await expect(rows).to_have_count(2)
    await accessible(admin_page)
    await rows.first.get_by_role("button", name="trunk.tested.v1").click()
    await expect(admin_page.get_by_role("dialog")).to_contain_text("Expected `int`")
    await accessible(admin_page)
    await sure(admin_page, "Send once more")
    await sure(admin_page, "Send once more", "Send the message once more?")
    await expect(rows).to_have_count(1)
    await rows.first.get_by_role("button", name="Acts on").click()
    await admin_page.get_by_role("menuitem", name="Drop").click()
    await sure(admin_page, "Drop the message")
    await expect(admin_page.get_by_role("heading", name="Nothing was put aside")).to_be_visible()
    await accessible(admin_page)


async def test_an_ivr_is_offered_and_the_access_log_tells_who_did_what(admin_page: Page) -> None:
    await administer(admin_page, "IVRs")
    await accessible(admin_page)
    await admin_page.get_by_role("link", name="New IVR").first.click()
    await admin_page.get_by_label("Name", exact=True).fill("Main menu")
    await admin_page.get_by_label("Context").fill("main menu")
    await admin_page.get_by_role("button", name="Make the IVR").click()
    await expect(admin_page.get_by_text("Enter 1 to 79 letters")).to_be_visible()
    await admin_page.get_by_label("Context").fill("main-menu")
    await admin_page.get_by_role("button", name="Make the IVR").click()
    await expect(admin_page.get_by_role("row", name="Main menu")).to_contain_text("main-menu")
    await administer(admin_page, "Access log")
    await expect(admin_page.get_by_role("row", name="Made a user").last).to_contain_text("tom")
    await accessible(admin_page)


async def test_health_tells_which_service_is_missed(admin_page: Page, house: House) -> None:
    await administer(admin_page, "Health")
    for name in ("Campaigns", "Scheduler", "Originator", "Agi"):
        await expect(admin_page.get_by_role("region", name=name)).to_contain_text("Well")
    await accessible(admin_page)
    house.stack.pause("scheduler")
    try:
        lost = admin_page.get_by_text("The scheduler service is not heard. No further calls are planned.")
        await expect(lost).to_be_visible(timeout=20_000)
        await accessible(admin_page)
    finally:
        house.stack.resume("scheduler")
    await expect(admin_page.get_by_role("region", name="Scheduler")).to_contain_text("Well")


async def test_links_say_where_they_go_before_the_names_are_there(open_page: OpenPage, house: House) -> None:
    await house.user.device()
    page = await open_page("admin")
    await page.route("**/v1/users?*", lambda route: route.fulfill(json={"items": [], "next": None}))
    await page.goto("/#/devices")
    await expect(page.get_by_role("link", name="the owner").first).to_be_visible()
    await accessible(page)
