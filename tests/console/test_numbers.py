"""A campaign's list: importing it, finding and changing its numbers, and their stories."""

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.console.axe import accessible
from tests.console.conftest import OpenPage
from tests.console.house import House
from tests.console.watch import Watch
from tests.waiting import until

pytestmark = pytest.mark.console

NOBODY = "22"
"""The carrier has no such number: a call to it fails at once."""

LIST = """phone;reference;town
+49 30 140001;c-1;Kiel
+49 30 140002;c-2;Bonn
+4930140002;c-3;Bonn
12;c-4;
nobody;c-5;
"""


def a_list(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}


async def draft(house: House, *numbers: str, **rules: object) -> UUID:
    rules = {"name": f"List {uuid4().hex[:6]}", "time_zone": "Europe/Berlin"} | rules
    campaign = UUID((await house.user.ask("POST", "/v1/campaigns", json=rules))["campaign_id"])
    if numbers:
        await house.user.import_numbers(campaign, numbers)
    return campaign


async def failed(house: House, count: int) -> UUID:
    """A campaign, stopped, all of whose numbers have failed."""
    numbers = [f"4930{NOBODY}{n:08d}" for n in range(1, count + 1)]
    campaign = await house.campaign(numbers, name=f"Failed {uuid4().hex[:6]}", calls_per_minute=1200)
    await house.user.activate(campaign)

    async def is_finished() -> bool:
        return bool((await house.user.progress(campaign))["status"] == "finished")

    await until(is_finished, timeout=30, every=0.1)
    return campaign


async def show(page: Page, campaign: UUID, rest: str = "numbers") -> None:
    await page.goto(f"/#/campaigns/{campaign}/{rest}")
    await page.get_by_role("navigation", name="Campaign").wait_for()


async def act(page: Page, menu: str, item: str) -> None:
    await page.get_by_role("button", name=menu).click()
    await page.get_by_role("menuitem", name=item).click()


async def test_a_list_with_bad_lines_is_imported_reported_and_undone(
    user_page: Page, house: House, tmp_path: Path
) -> None:
    campaign = await draft(house)
    await show(user_page, campaign)
    await accessible(user_page)
    await user_page.get_by_label("List of numbers").set_input_files(a_list("spring.csv", LIST))
    report = user_page.get_by_label("Report of the import")
    await expect(report).to_contain_text("2 numbers imported, 1 duplicate left out, 2 lines refused.")
    await expect(report).to_contain_text("the references from “reference”")
    await expect(report.get_by_role("row", name="5 Too short")).to_be_visible()
    await expect(report.get_by_role("row", name="6 Letters in the number")).to_be_visible()
    await accessible(user_page)
    async with user_page.expect_download() as download:
        await report.get_by_role("link", name="Download the refused lines").click()
    file = tmp_path / "refused.csv"
    await (await download.value).save_as(file)
    assert [line.split(",")[0] for line in file.read_text().splitlines()] == ["line", "5", "6"]
    await expect(user_page.get_by_role("row", name="+4930140002 To call")).to_be_visible()
    await report.get_by_role("button", name="Undo the import").click()
    await user_page.get_by_role("dialog").get_by_role("button", name="Undo the import").click()
    await expect(user_page.get_by_text("The import was undone: 2 numbers taken off.")).to_be_visible()
    await expect(user_page.get_by_role("row", name="+4930140002 To call")).to_be_hidden()
    await act(user_page, "More acts on the list", "Imports so far")
    await expect(user_page.get_by_role("dialog")).to_contain_text("Undone")
    await accessible(user_page)


async def test_a_list_is_dropped_and_another_is_pasted(user_page: Page, house: House) -> None:
    campaign = await draft(house)
    await show(user_page, campaign)
    dropped = await user_page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['4930140001\\n'], 'a.txt')); return t; }"
    )
    zone = user_page.get_by_label("Import a list")
    await zone.dispatch_event("drop", {"dataTransfer": dropped})
    await expect(user_page.get_by_label("Report of the import")).to_contain_text("1 number imported.")
    await user_page.get_by_role("button", name="Paste numbers").click()
    await user_page.get_by_label("Numbers", exact=True).fill("+49 30 140003\n+49 30 140004")
    await user_page.get_by_role("button", name="Import", exact=True).click()
    await expect(user_page.get_by_label("Report of the import")).to_contain_text("2 numbers imported.")


async def test_what_cannot_be_read_is_said_before_it_is_sent(user_page: Page, house: House) -> None:
    await show(user_page, await draft(house))
    await user_page.get_by_label("List of numbers").set_input_files(a_list("spring.xlsx", "PK"))
    await expect(user_page.get_by_role("alert")).to_contain_text("Save it as CSV")


async def test_what_the_service_cannot_read_is_said_too(user_page: Page, house: House, watch: Watch) -> None:
    watch.expect(400, "POST", "/v1/campaigns/.*/import")
    await show(user_page, await draft(house))
    await user_page.get_by_label("List of numbers").set_input_files(
        a_list("bad.csv", "town;street\nKiel;Weg\n")
    )
    await expect(user_page.get_by_role("alert")).to_contain_text("bad.csv was not imported.")


async def test_numbers_are_found_by_digits_and_by_state(user_page: Page, house: House) -> None:
    campaign = await draft(house, "4930140001", "4930140002", "4930150003")
    await show(user_page, campaign)
    search = user_page.get_by_label("Search for digits")
    await search.fill("+49 30 15")
    await expect(user_page.get_by_role("row")).to_have_count(2)
    await expect(user_page.get_by_role("link", name="+4930150003")).to_be_visible()
    assert "q=" in user_page.url
    await search.fill("x")
    await expect(user_page.get_by_text("Numbers are found by their digits alone.")).to_be_visible()
    await search.fill("999")
    await expect(user_page.get_by_role("heading", name="No such number")).to_be_visible()
    await accessible(user_page)
    await user_page.get_by_role("link", name="Show all numbers").click()
    await expect(search).to_have_value("")
    await expect(user_page.get_by_role("row")).to_have_count(4)
    await user_page.get_by_role("link", name="To call 3").click()
    await expect(user_page.get_by_role("row")).to_have_count(4)
    await user_page.reload()
    await expect(user_page.get_by_role("link", name="To call 3")).to_have_attribute("aria-current", "true")


async def test_a_number_is_added_refused_and_deleted(user_page: Page, house: House, watch: Watch) -> None:
    watch.expect(422, "POST", "/v1/campaigns/.*/numbers")
    await show(user_page, await draft(house))
    await user_page.get_by_role("button", name="Add a number").click()
    await accessible(user_page)
    await user_page.get_by_label("Number", exact=True).fill("12")
    await user_page.get_by_role("button", name="Add the number").click()
    await expect(user_page.get_by_role("dialog")).to_contain_text("7 digits at least")
    await user_page.get_by_label("Number", exact=True).fill("+49 30 140017")
    await user_page.get_by_label("Reference").fill("customer-17")
    await user_page.get_by_label("Values kept beside it").fill("town=Kiel")
    await user_page.get_by_role("button", name="Add the number").click()
    await expect(user_page.get_by_role("row", name="+4930140017")).to_contain_text("customer-17")
    await act(user_page, "Acts on +4930140017", "Delete")
    await user_page.get_by_role("button", name="Delete the number").click()
    await expect(user_page.get_by_role("row", name="+4930140017")).to_be_hidden()


async def test_all_numbers_go_only_after_the_name_was_typed(user_page: Page, house: House) -> None:
    campaign = await draft(house, "4930140001", "4930140002", name="Autumn letters")
    await show(user_page, campaign)
    await act(user_page, "More acts on the list", "Delete all numbers")
    sure = user_page.get_by_role("button", name="Delete all numbers")
    await expect(sure).to_be_disabled()
    await user_page.get_by_label("Autumn letters").fill("Autumn letters")
    await accessible(user_page)
    await sure.click()
    await expect(user_page.get_by_text("2 numbers deleted.")).to_be_visible()
    assert (await house.user.progress(campaign))["numbers"] == 0


async def test_failed_numbers_are_counted_before_they_are_redialled(user_page: Page, house: House) -> None:
    campaign = await failed(house, 3)
    await show(user_page, campaign)
    await expect(user_page.get_by_role("link", name="Failed 3")).to_be_visible()
    await user_page.get_by_role("button", name="Redial failed").click()
    await expect(user_page.get_by_role("heading", name="Redial 3 failed numbers?")).to_be_visible()
    await user_page.get_by_role("button", name="Redial 3 numbers").click()
    await expect(user_page.get_by_text("3 numbers will be called once more.")).to_be_visible()
    await expect(user_page.get_by_role("link", name="To call 3")).to_be_visible()
    await user_page.get_by_role("button", name="Redial failed").click()
    await expect(user_page.get_by_text("No number of this campaign has failed.")).to_be_visible()


async def test_a_number_tells_its_story_and_is_called_once_more(user_page: Page, house: House) -> None:
    campaign = await failed(house, 1)
    await show(user_page, campaign)
    await user_page.get_by_role("link", name=f"+4930{NOBODY}00000001").click()
    story = user_page.get_by_role("list", name=re.compile("Newest first"))
    await expect(story).to_contain_text("A list was imported")
    await expect(story).to_contain_text("Attempt 1 is being dialled.")
    await expect(story).to_contain_text("hangup cause 1")
    await accessible(user_page)
    await user_page.get_by_role("button", name="Call once more").click()
    await user_page.get_by_role("button", name="Call it once more").click()
    await expect(user_page.get_by_label("Where the number stands")).to_contain_text("To call")
    await expect(story).to_contain_text("The number will be called again.")


async def test_the_log_is_paged_filtered_and_every_entry_has_an_address(
    open_page: OpenPage, house: House
) -> None:
    campaign = await failed(house, 40)
    page = await open_page("user")
    await show(page, campaign, "log")
    entries = page.get_by_role("list", name=re.compile("Newest first")).get_by_role("listitem")
    await expect(entries).to_have_count(100)
    await accessible(page)
    await page.get_by_role("button", name="Show older entries").click()
    await expect(entries.filter(has_text="was made")).to_have_count(1)
    await page.get_by_role("link", name="What people did").click()
    await expect(entries.last).to_contain_text("was made")
    await expect(entries.filter(has_text="Attempt")).to_have_count(0)
    await entries.filter(has_text="The campaign was activated.").locator("time").click()
    await expect(page.get_by_text("From the linked entry on")).to_be_visible()
    await expect(entries.first).to_contain_text("The campaign was activated.")
    await expect(entries.first).to_have_attribute("aria-current", "true")
    other = await open_page("user")
    await other.goto(page.url)
    await expect(other.locator("[aria-current=true]")).to_contain_text("The campaign was activated.")


async def test_a_stranger_sees_none_of_it(open_page: OpenPage, house: House, watch: Watch) -> None:
    watch.expect(404, "GET", "/v1/campaigns/.*")
    campaign = await draft(house, "4930140001", name="Not for strangers")
    page = await open_page("stranger")
    for rest in ("numbers", "numbers/1", "log"):
        await page.goto(f"/#/campaigns/{campaign}/{rest}")
        await expect(page.get_by_role("heading", name="The campaign cannot be shown")).to_be_visible()
        await page.goto("/#/campaigns")
    await expect(page.get_by_text("Not for strangers")).to_be_hidden()


async def test_a_phone_need_not_scroll_sideways(open_page: OpenPage, house: House) -> None:
    campaign = await draft(house, "4930140001")
    page = await open_page("user", phone=True)
    for rest in ("numbers", "log"):
        await show(page, campaign, rest)
        await accessible(page)
        width = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(width) == 0
