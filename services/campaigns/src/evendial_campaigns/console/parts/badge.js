// States as short words with a colour; the word alone tells it, too.
import { capital, plain } from "../words.js";
import { html } from "../ui.js";

const TONES = {
  good: ["active", "completed", "answered", "finished_import", "well", "ready"],
  info: ["finished", "calling", "scheduled", "running"],
  wait: ["stopping", "waiting_retry", "busy", "no_answer", "degraded", "waiting"],
  bad: ["failed", "rejected", "invalid_number", "congestion", "failed_system", "disabled", "away"],
};
const toneOf = (state) => Object.keys(TONES).find((tone) => TONES[tone].includes(state)) ?? "plain";

/** state: a word of the API; label and tone (good, info, wait, bad, plain) if it is to be shown otherwise. */
export const Badge = ({ state = "", label, tone }) => html`
  <span class=${`badge is-${tone ?? toneOf(state)}`}>${label ?? capital(plain(state))}</span>`;
