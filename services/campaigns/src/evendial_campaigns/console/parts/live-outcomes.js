// How calls ended so far, and the last of them.
import { Badge } from "./badge.js";
import { Phone } from "./phone.js";
import { Time } from "./time.js";
import { toneOf } from "../live-model.js";
import { href } from "../router.js";
import { capital, duration, number, percent, plain } from "../words.js";
import { html } from "../ui.js";

const ALWAYS = ["answered", "busy", "no_answer"];

/** progress: of GET …/progress. */
export function Outcomes({ progress }) {
  const shown = Object.entries(progress.dispositions).filter(([name, calls]) => calls > 0 || ALWAYS.includes(name));
  const all = shown.reduce((sum, [, calls]) => sum + calls, 0);
  return html`
    <section class="card">
      <div class="card-header"><h2>How calls ended</h2><span class="faint">${number(all)} so far</span></div>
      <ul class="live-outcomes">
        ${shown.map(([name, calls]) => html`
          <li key=${name} class=${`is-${toneOf(name)}`}>
            <span>${capital(plain(name))}</span>
            <span class="live-bar" aria-hidden="true"><span style=${{ width: `${all ? (calls / all) * 100 : 0}%` }}></span></span>
            <b class="number">${number(calls)}</b><span class="faint number">${all ? percent(calls / all) : "–"}</span>
          </li>`)}
      </ul>
    </section>`;
}

/** calls: of GET …/ended-calls. */
export const LastCalls = ({ calls, campaign }) => html`
  <section class="card">
    <div class="card-header"><h2>Last calls</h2><span class="zone">${campaign.time_zone}</span></div>
    ${calls.length === 0 ? html`<p class="faint">No call has ended yet. The last ones are listed here as they end.</p>` : html`
      <ol class="live-calls">
        ${calls.map((call) => html`
          <li key=${call.command_id}>
            <${Time} at=${call.ended_at} zone=${campaign.time_zone} form="time" seconds zoned=${false} />
            <a href=${href(`/campaigns/${campaign.campaign_id}/numbers/${call.number_id}`)}>${call.e164 ? html`<${Phone} e164=${call.e164} />` : "A number that was taken off"}</a>
            <span class="live-length faint number">${call.answered_at && duration(call.billed_s)}</span>
            <${Badge} state=${call.disposition} tone=${toneOf(call.disposition)} />
          </li>`)}
      </ol>`}
  </section>`;
