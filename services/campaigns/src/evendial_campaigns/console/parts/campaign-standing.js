// How far a campaign is: figures, and where its numbers stand.
import { Time } from "./time.js";
import { capital, number, percent, plain } from "../words.js";
import { html } from "../ui.js";

const STATES = [
  { tone: "good", names: ["completed"] },
  { tone: "info", names: ["calling", "scheduled"] },
  { tone: "wait", names: ["waiting_retry"] },
  { tone: "bad", names: ["failed"] },
  { tone: "plain", names: ["unknown", "suppressed"] },
  { tone: "free", names: ["free"] },
];
const LABELS = { completed: "Answered", waiting_retry: "Waiting for a retry", free: "Not called yet", suppressed: "On the do-not-call list" };
const DONE = ["completed", "failed", "unknown", "suppressed"];

/** progress: of GET …/progress. */
export function Figures({ campaign, progress }) {
  const done = DONE.reduce((sum, state) => sum + progress.states[state], 0);
  const figures = [
    ["Numbers left", number(progress.numbers - done), `of ${number(progress.numbers)}`],
    ["Calls in the last minute", number(progress.calls_last_minute), `of ${number(campaign.calls_per_minute)} at most`],
    ["Calls in progress", number(progress.calls_in_progress), `${number(progress.attempts)} in all`],
    ["Calls answered", progress.answered_share === null ? "–" : percent(progress.answered_share), "of those that have ended"],
  ];
  return html`
    <dl class="figures">
      ${figures.map(([label, value, note]) => html`<div key=${label} class="figure">
        <dt class="figure-label">${label}</dt><dd><span class="figure-value">${value}</span> <span class="figure-label">${note}</span></dd></div>`)}
    </dl>`;
}

export function Standing({ campaign, progress }) {
  if (!progress.numbers) return null;
  const shares = STATES.flatMap(({ tone, names }) => names.map((name) => ({ tone, name, count: progress.states[name] }))).filter(({ count }) => count > 0);
  return html`
    <section class="card">
      <div class="card-header"><h2>Where the numbers stand</h2><${Finish} campaign=${campaign} progress=${progress} /></div>
      <div class="share" aria-hidden="true">
        ${shares.map(({ tone, name, count }) => html`<span key=${name} class=${`is-${tone}`} style=${{ width: `${(count / progress.numbers) * 100}%` }}></span>`)}
      </div>
      <ul class="legend">
        ${shares.map(({ tone, name, count }) => html`<li key=${name} class=${`is-${tone}`}>${LABELS[name] ?? capital(plain(name))}: ${number(count)}</li>`)}
      </ul>
    </section>`;
}

const Finish = ({ campaign, progress }) => html`
  <p class="faint">${progress.expected_finish_at
    ? html`Expected to be through at <${Time} at=${progress.expected_finish_at} zone=${campaign.time_zone} form="nearly" />`
    : campaign.status === "active" && progress.expected_finish_reason}</p>`;
