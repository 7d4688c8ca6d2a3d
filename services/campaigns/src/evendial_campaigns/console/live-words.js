// What happens in a campaign, in a few sentences. Pure.
import { count, nearly, number, pace, percent } from "./words.js";

const QUIET_MS = 15000;
const DONE = ["completed", "failed", "unknown", "suppressed"];

/** Numbers that will not be called again by themselves. */
export const doneOf = ({ states }) => DONE.reduce((sum, state) => sum + (states[state] ?? 0), 0);

/** "Expected to be through at 15:20", or why that cannot be said; "" when nothing is left to say. */
export function finishWords(progress, zone, now) {
  if (progress.expected_finish_at) return `Expected to be through at ${nearly(progress.expected_finish_at, zone, now)}, ${zone}.`;
  return progress.status === "active" ? progress.expected_finish_reason ?? "" : "";
}

/** Whether it calls, or why not. */
export function topWords(campaign, { calling, reason }) {
  if (!calling) return reason.why;
  return reason.code === "waiting_for_turn" ? `It is calling: ${pace(campaign.calls_per_minute)}.` : `It is calling. ${reason.why}`;
}

export const CONNECTIONS = {
  connecting: "Connecting …", live: "Live", broken: "Connection lost. Trying again …", over: "Not connected",
};

/** What somebody hears who does not see the page. */
export function summaryWords({ campaign, progress, blockers, connection, now }) {
  const done = doneOf(progress);
  const answered = progress.answered_share === null ? "" : `, ${percent(progress.answered_share)} of ended calls answered`;
  return [
    connection === "broken" && "The connection is lost; what follows may be old.",
    topWords(campaign, blockers),
    `${count(progress.calls_in_progress, "call")} in progress, ${number(progress.calls_last_minute)} begun in the last minute${answered}.`,
    `${number(done)} of ${count(progress.numbers, "number")} done, ${number(progress.numbers - done)} left.`,
    finishWords(progress, campaign.time_zone, now),
  ].filter(Boolean).join(" ");
}

/** What must be said at once when it changes. */
export const keyOf = ({ progress, blockers, connection }) =>
  [progress.status, blockers.calling || blockers.reason.code, connection === "broken"].join(" ");

/** What is said next after `before` ({key, text, at}; null at first): at once if the key is another, else only so often. */
export function nextSaid(before, { key, text, now }) {
  if (before && before.key === key && (before.text === text || now - before.at < QUIET_MS)) return before;
  return { key, text, at: now };
}

/** "Half of the last 200 calls began within 4 ms of their slots, 95 % within 12 ms." */
export function punctualityWords(found) {
  if (!found) return "No call has begun yet.";
  const { calls, half_ms: half, most_ms: most } = found;
  const which = calls === 1 ? "The last call" : calls < 20 ? `The last ${calls} calls` : `Half of the last ${number(calls)} calls`;
  if (calls < 20) return `${which} began within ${number(most)} ms of ${calls === 1 ? "its slot" : "their slots"}.`;
  return `${which} began within ${number(half)} ms of their slots, 95 % within ${number(most)} ms.`;
}
