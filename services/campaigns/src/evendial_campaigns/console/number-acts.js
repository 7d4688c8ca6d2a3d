// What people do to numbers, with the questions that come first.
import { confirm } from "./parts/confirm.js";
import { toast } from "./parts/toast.js";
import { del, get, post } from "./api.js";
import { wordsOf } from "./problem.js";
import { count, phone } from "./words.js";
import { html } from "./ui.js";

const when = (campaign) =>
  campaign.status === "active" ? "The campaign is active: it goes on to call at once." : "They are called once the campaign is started.";

/** Has one number called once more; true when that was done. */
export async function callAgain(campaign, row, onDone) {
  const path = `/campaigns/${campaign.campaign_id}/numbers/${row.number_id}/reactivate`;
  const warning = {
    completed: "It was answered already.",
    unknown: "Nobody knows what came of its last call: the person may have been called.",
  }[row.state];
  const done = await confirm({
    title: `Call ${phone(row.e164)} once more?`,
    text: html`<p>${warning} It begins anew, with all its attempts.</p>
      <p>${campaign.status === "active" ? "The campaign is active: it is called in its turn." : "It is called once the campaign is started."}</p>`,
    act: "Call it once more",
    busy: "One moment …",
    run: async () => onDone(await post(path)),
  });
  if (done) toast(`${phone(row.e164)} will be called once more.`);
  return done;
}

/** Takes one number off the list. */
export async function remove(campaign, row, onDone) {
  const done = await confirm({
    title: `Delete ${phone(row.e164)}?`,
    text: html`<p>It is taken off the list and not called any more. Calls that were made stay in the log. This cannot be undone; the number can be added anew.</p>`,
    act: "Delete the number",
    busy: "Deleting it …",
    danger: true,
    run: () => del(`/campaigns/${campaign.campaign_id}/numbers/${row.number_id}`),
  });
  if (!done) return;
  toast(`${phone(row.e164)} was deleted.`);
  onDone();
}

/** Takes all numbers off the list, once the campaign's name was typed. */
export async function removeAll(campaign, onDone) {
  let told;
  const done = await confirm({
    title: `Delete all ${count(campaign.numbers, "number")}?`,
    text: html`<p>The whole list of “${campaign.name}” is taken off, but for numbers in a call. Calls that were made stay in the log. <b>This cannot be undone.</b></p>`,
    act: "Delete all numbers",
    busy: "Deleting them …",
    danger: true,
    typed: campaign.name,
    run: async () => (told = await del(`/campaigns/${campaign.campaign_id}/numbers`)),
  });
  if (!done) return;
  toast(`${count(told.removed, "number")} deleted.${told.kept ? ` ${count(told.kept, "number")} in a call stayed.` : ""}`);
  onDone();
}

/** How many numbers of a campaign have failed, counted now; undefined where that cannot be told, which is said. */
export async function countFailed(campaign) {
  try {
    return (await get(`/campaigns/${campaign.campaign_id}/progress`)).states.failed;
  } catch (error) {
    toast(wordsOf(error), { kind: "error" });
    return undefined;
  }
}

/** Has all failed numbers called once more, after saying how many there are. */
export async function redialFailed(campaign, failed, onDone) {
  if (failed === undefined) return;
  if (failed === 0) return toast("No number of this campaign has failed.", { kind: "info" });
  let told;
  const done = await confirm({
    title: `Redial ${count(failed, "failed number")}?`,
    text: html`<p>They begin anew: each is called ${campaign.max_retries ? `up to ${1 + campaign.max_retries} times` : "once"}. ${when(campaign)}</p>
      <p>Numbers whose outcome is unknown are not among them.</p>`,
    act: `Redial ${count(failed, "number")}`,
    busy: "One moment …",
    run: async () => (told = await post(`/campaigns/${campaign.campaign_id}/redial-failed`)),
  });
  if (!done) return;
  toast(`${count(told.numbers, "number")} will be called once more.`);
  onDone();
}
