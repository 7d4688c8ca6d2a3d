// The rules of a campaign, to be read.
import { Facts } from "./facts.js";
import { Icon } from "./icon.js";
import { OUTCOMES, fieldsOf } from "../campaign-fields.js";
import { delaysInWords, retriesInWords } from "../campaign-words.js";
import { get } from "../api.js";
import { href } from "../router.js";
import { useLoaded } from "../use-loaded.js";
import { count, duration, list, pace, phone } from "../words.js";
import { html } from "../ui.js";

export function Rules({ campaign }) {
  const fields = fieldsOf(campaign);
  const device = useLoaded(async (signal) => campaign.device_id && get(`/devices/${campaign.device_id}`, { signal }), [campaign.device_id]);
  const own = OUTCOMES.filter(({ name }) => fields.retry_policy[name].own && fields.retry_policy[name].delays);
  return html`
    <section class="card">
      <div class="card-header"><h2>Rules</h2>
        ${!campaign.archived && html`<a class="button is-small" href=${href(`/campaigns/${campaign.campaign_id}/edit`)}><${Icon} name="edit" />Edit</a>`}</div>
      <${Facts} facts=${[
        ["Calls", campaign.run_time],
        ["Pace", pace(campaign.calls_per_minute)],
        ["Device", campaign.device_id ? (device.data?.name ?? "…") : "none yet"],
        ["Caller id", campaign.caller_id ? phone(campaign.caller_id) : "none"],
        ["Rings for", duration(campaign.ring_timeout_s)],
        ["Retries", retriesInWords(fields)],
        ["By outcome", own.length > 0 && own.map(({ name, label }) => `${label}: ${delaysInWords(fields.retry_policy[name].delays)}`).join("; ")],
        ["One person", campaign.person_caps.length > 0 && list(campaign.person_caps.map((cap) => `at most ${count(cap.attempts, "call")} in ${count(cap.hours, "hour")}`))],
        ["At once", campaign.max_concurrent_calls && count(campaign.max_concurrent_calls, "call")],
        ["Longest call", duration(campaign.max_call_s)],
        ["Weight", campaign.weight > 1 && campaign.weight],
      ]} />
    </section>`;
}
