// What people do with a campaign as a whole, and what they are told afterwards.
import { Problem, del, get, post } from "./api.js";
import { confirm } from "./parts/confirm.js";
import { toast } from "./parts/toast.js";
import { wordsOf } from "./problem.js";
import { hasPage, href } from "./router.js";
import { html } from "./ui.js";

/** What is missing for an activation, and where it is put right. */
const PLACES = {
  numbers: { label: "Add numbers", path: (id) => `/campaigns/${id}/numbers` },
  actions: { label: "Add actions", path: (id) => `/campaigns/${id}/actions` },
  device: { label: "Choose a device", path: (id) => `/campaigns/${id}/edit` },
};
export const remedies = (id, missing) =>
  missing.filter((each) => PLACES[each]).map((each) => ({ label: PLACES[each].label, path: PLACES[each].path(id) }))
    .filter(({ path }) => hasPage(path)).map(({ label, path }) => ({ label, href: href(path) }));

/** Starts it. Gives {status, note}: note is {kind, text, links} and says what happens now, or why not. */
export async function activate(campaign) {
  const id = campaign.campaign_id;
  try {
    const { status } = await post(`/campaigns/${id}/activate`);
    const blockers = await get(`/campaigns/${id}/blockers`);
    const note = blockers.calling
      ? { kind: "success", text: "Started: its first call is on its way." }
      : { kind: "info", text: `Started, but nothing is called yet. ${blockers.reason.why}` };
    return { status, note };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: null, note: { kind: "error", text: error.message, links: remedies(id, error.missing) } };
  }
}

/** Stops it. As `activate`. */
export async function stop(campaign, hangUp = false) {
  try {
    const { status } = await post(`/campaigns/${campaign.campaign_id}/stop`, { hang_up: hangUp });
    if (status === "stopping") {
      const text = "It is decided that it stops; no originator has confirmed that yet. It is asked until one answers.";
      return { status: "stopped", note: { kind: "warning", text } };
    }
    const text = hangUp ? "Stopped: no call follows, and calls in progress are hung up." : "Stopped: no call follows. Calls in progress go on to their end.";
    return { status, note: { kind: "success", text } };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: null, note: { kind: "error", text: error.message } };
  }
}

export async function archive(campaign) {
  await post(`/campaigns/${campaign.campaign_id}/archive`);
  toast(`“${campaign.name}” is archived.`, { action: { label: "Undo", run: () => restore(campaign).catch(failed) } });
}

export async function restore(campaign) {
  await post(`/campaigns/${campaign.campaign_id}/restore`);
  toast(`“${campaign.name}” is back on the list.`);
}

/** Asks first; true when it is gone. */
export const remove = (campaign) =>
  confirm({
    title: "Delete this campaign?",
    text: html`<p>“${campaign.name}” and its list of numbers are deleted. This cannot be undone.</p>
      <p>Only a campaign that has never called anybody can be deleted; others are archived.</p>`,
    act: "Delete the campaign", busy: "Deleting …", danger: true,
    run: () => del(`/campaigns/${campaign.campaign_id}`),
  }).then((done) => {
    if (done) toast(`“${campaign.name}” is deleted.`);
    return done;
  });

export const failed = (error) => toast(wordsOf(error), { kind: "error" });
