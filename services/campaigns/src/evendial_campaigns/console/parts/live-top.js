// Whether it calls, or why not, in one sentence; and whether what is shown is of now.
import { Icon } from "./icon.js";
import { CONNECTIONS, doneOf, topWords } from "../live-words.js";
import { classes, html } from "../ui.js";
import { number, percent } from "../words.js";
import { Time } from "./time.js";

/** connection: a state of live.js. */
export function LiveTop({ campaign, blockers, connection }) {
  const isActive = blockers.status === "active";
  const tone = blockers.calling ? "good" : isActive ? "wait" : "plain";
  const icon = blockers.calling ? "phone" : isActive ? "clock" : "info";
  return html`
    <div class=${`live-top is-${tone}`}>
      <${Icon} name=${icon} />
      <p>${topWords(campaign, blockers)}</p>
      <span class=${classes("live-mark", `is-${connection}`)}>${CONNECTIONS[connection]}</span>
    </div>`;
}

export function LiveFigures({ campaign, progress }) {
  const done = doneOf(progress);
  const figures = [
    ["Calls in progress", number(progress.calls_in_progress), `of ${number(progress.attempts)} begun in all`],
    ["Calls in the last minute", number(progress.calls_last_minute), `of ${number(campaign.calls_per_minute)} at most`],
    ["Numbers left", number(progress.numbers - done), `${number(done)} of ${number(progress.numbers)} done${progress.numbers ? `, ${percent(done / progress.numbers)}` : ""}`],
    ["Expected to be through", progress.expected_finish_at
      ? html`<${Time} at=${progress.expected_finish_at} zone=${campaign.time_zone} form="nearly" zoned=${false} />` : "–",
      progress.expected_finish_at ? campaign.time_zone : progress.expected_finish_reason],
  ];
  return html`
    <dl class="figures">
      ${figures.map(([label, value, note]) => html`<div key=${label} class="figure">
        <dt class="figure-label">${label}</dt><dd><span class="figure-value">${value}</span> <span class="figure-label">${note}</span></dd></div>`)}
    </dl>`;
}
