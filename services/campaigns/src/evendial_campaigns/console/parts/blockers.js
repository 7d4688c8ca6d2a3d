// Why a campaign is not calling: the one reason, what would come next, and each number's.
import { Alert } from "./alert.js";
import { number } from "../words.js";
import { html } from "../ui.js";

/** blockers: of GET …/blockers. */
export function TopReason({ blockers }) {
  if (blockers.status !== "active") return null;
  if (blockers.calling) return html`<${Alert} kind="success" title="It is calling.">${blockers.reason.why}<//>`;
  return html`
    <${Alert} kind="warning" title=${blockers.reason.why}>
      ${blockers.others.length > 0 && html`Were that over, this would still be in the way:
        <ul>${blockers.others.map((each) => html`<li key=${each.code}>${each.why}</li>`)}</ul>`}
      ${!blockers.scheduler_answers && html`<p>The scheduler does not answer; this is what is known without it.</p>`}
    <//>`;
}

export function Reasons({ blockers }) {
  if (!blockers.reasons.length) return null;
  const title = blockers.status === "active" ? "What its numbers are waiting for" : "Why its numbers are not called";
  return html`
    <section class="card">
      <h2>${title}</h2>
      <ul class="reasons">
        ${blockers.reasons.map((each, at) => html`
          <li key=${at}><span>${each.why}</span><b class="number">${number(each.numbers)}</b>
            <span class="progress-track" aria-hidden="true"><span class="progress-fill" style=${{ width: `${(each.numbers / blockers.numbers) * 100}%` }}></span></span></li>`)}
      </ul>
    </section>`;
}
