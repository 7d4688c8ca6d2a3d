// Who is not to be called, in words. Pure.
import { count, number } from "./words.js";

export const SOURCES = { api: "Entered", opt_out: "Their own wish", import: "From a list", erasure: "Erased person" };
export const sourceWords = (source) => SOURCES[source] ?? source;

/** What became of a list. */
export function listWords({ accepted, duplicates, rejected }) {
  return [
    count(accepted, "number"),
    duplicates > 0 && `${count(duplicates, "duplicate")} left out`,
    rejected > 0 && `${count(rejected, "line")} refused`,
  ].filter(Boolean).join(", ");
}

/** {label, tone} of a list. */
export function listState({ state, waiting, accepted }) {
  if (state === "running") return { label: "Coming in", tone: "info" };
  if (state === "deleting") return { label: "Being taken back", tone: "wait" };
  if (state === "cut_off") return { label: "Cut off: only in part", tone: "bad" };
  if (waiting > 0) return { label: `${number(accepted - waiting)} of ${number(accepted)} certain`, tone: "wait" };
  return { label: "In force", tone: "good" };
}

/** The first moment after a day (YYYY-MM-DD) here; null for none. */
export function endOfDay(day) {
  if (!day) return null;
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}

/** Tomorrow, as a date field takes it: the first day that may be chosen. */
export function tomorrow(now) {
  const next = new Date(now);
  next.setDate(next.getDate() + 1);
  const two = (value) => String(value).padStart(2, "0");
  return `${next.getFullYear()}-${two(next.getMonth() + 1)}-${two(next.getDate())}`;
}

/** A label may hold no phone number: an entry does not tell whom it is about. */
export const wrongNote = (note) => /[0-9]{7}/.test(note) && "Leave phone numbers out: an entry does not tell whom it is about.";
