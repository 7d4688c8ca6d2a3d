// Entries of a timeline: how they look and where they lead. Pure.
import { day, moment, plain } from "./words.js";

/** What an entry may be about, as it may be filtered by. */
export const KINDS = { campaign: "What people did", number: "Numbers", call: "Calls", action: "What was played" };

const ICONS = {
  "campaign.created": "plus", "campaign.activated": "play", "campaign.stopped": "stop", "campaign.finished": "check",
  "campaign.exhausted": "check", "campaign.archived": "archive", "campaign.restored": "archive", "campaign.deleted": "trash",
  "campaign.rules_changed": "edit", "campaign.sequence_changed": "sound", "campaign.numbers_imported": "upload",
  "campaign.numbers_removed": "trash", "campaign.numbers_redialled": "refresh", "number.scheduled": "clock",
  "number.waiting_retry": "clock", "number.failed": "close", "number.suppressed": "close", "number.released": "back",
};
const GOOD = ["answered", "completed", "done", "handed_over"];
const LATER = ["busy", "no_answer", "congestion"];
const BAD = ["rejected", "invalid_number", "failed_system", "failed", "config_error", "unknown"];

const nameOf = (type) => type.replace(/\.v\d+$/, "");
const kindOf = (type) => type.split(".", 1)[0];

/** The icon of an entry. */
export const iconOf = ({ type }) => ICONS[nameOf(type)] ?? { call: "phone", action: "sound" }[kindOf(type)] ?? "info";

/** good, info, wait, bad, or undefined. */
export function toneOf({ type, outcome }) {
  const name = nameOf(type);
  if (name === "campaign.activated" || name === "call.answered" || GOOD.includes(outcome)) return "good";
  if (name === "number.failed") return "bad";
  if (LATER.includes(outcome) || ["number.waiting_retry", "number.dial_voided"].includes(name)) return "wait";
  if (BAD.includes(outcome)) return "bad";
  return kindOf(type) === "campaign" ? "info" : undefined;
}

/** Who or what told it, why, and what the telephone network said: "originator, hangup cause 17". */
export function sourceWords({ user_id: id, user, service, reason, hangup_cause: cause }) {
  const who = id ? `by ${user ?? "somebody who is gone"}` : service;
  return [who, reason && plain(reason), cause && `hangup cause ${cause}`].filter(Boolean).join(", ");
}

/** The cursor that shows a list of entries, newest first, from this one on. */
export function from(id) {
  const [xid, pos] = id.split("-");
  return /^\d+$/.test(xid) && /^\d+$/.test(pos ?? "") ? `${xid}-${BigInt(pos) + 1n}` : undefined;
}

const UTC = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/g;

/** The sentence of an entry, with its moments in a zone. */
export const sentenceIn = (sentence, zone) =>
  sentence.replace(UTC, (_, date, time) => `${moment(`${date}T${time}Z`, zone, { seconds: true })} ${zone}`);

/** Entries, one after the other, as [day, entries of it]. */
export function byDay(entries, zone) {
  const days = [];
  for (const entry of entries) {
    const at = day(entry.at, zone);
    if (days.at(-1)?.[0] !== at) days.push([at, []]);
    days.at(-1)[1].push(entry);
  }
  return days;
}
