// What a start would come to, before anybody is called.
import { Alert } from "./alert.js";
import { Facts } from "./facts.js";
import { Time } from "./time.js";
import { remedies } from "../campaign-acts.js";
import { count, number, pace } from "../words.js";
import { html } from "../ui.js";

/** preflight: of GET …/preflight. */
export function Preflight({ campaign, preflight }) {
  const at = (moment) => moment && html`<${Time} at=${moment} zone=${campaign.time_zone} form="nearly" />`;
  return html`
    <section class="card">
      <h2>If it were started now</h2>
      <div class="alerts">
        ${preflight.refusal
          ? html`<${Alert} kind="warning" title=${preflight.refusal.detail} action=${html`<${Remedies} campaign=${campaign} missing=${preflight.refusal.missing} />`} />`
          : html`<${Alert} kind="success" title="Everything is there: it can be started." />`}
        ${preflight.warnings.map((each) => html`<${Alert} key=${each.code} kind="info">${each.why}<//>`)}
      </div>
      <${Facts} facts=${[
        ["First call", at(preflight.expected_start_at) ?? preflight.reason.why],
        ["Can be called", `${count(preflight.callable_now, "number")} now, ${number(preflight.to_call)} in all`],
        ["Pace", preflight.calls_per_hour > 0 ? pace(preflight.calls_per_hour / 60) : "none"],
        ["Through at", at(preflight.expected_finish_at) ?? preflight.expected_finish_reason],
        ["At the latest", at(preflight.latest_finish_at)],
      ]} />
      ${preflight.blocked.length > 0 && html`<ul class="reasons">
        ${preflight.blocked.map((each, key) => html`<li key=${key}><span>${each.why}</span><b class="number">${number(each.numbers)}</b></li>`)}</ul>`}
      ${preflight.assumptions.length > 0 && html`<details class="more gap-above"><summary>What this goes by</summary>
        <ul class="faint small">${preflight.assumptions.map((each) => html`<li key=${each}>${each}</li>`)}</ul></details>`}
    </section>`;
}

const Remedies = ({ campaign, missing }) => html`
  <span class="row">${remedies(campaign.campaign_id, missing).map((each) => html`<a key=${each.href} class="button is-small" href=${each.href}>${each.label}</a>`)}</span>`;
