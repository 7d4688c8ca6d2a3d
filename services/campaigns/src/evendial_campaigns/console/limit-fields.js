// How much an owner may call, as fields of a form, in words, and what is wrong with it. Pure.
import { count, duration, list, number } from "./words.js";

const HOUR_S = 3600;
/** What is bounded: [least, most] that may be entered, and what it counts. */
const BOUNDS = {
  max_campaigns: [0, 1000000, "campaigns"],
  calls_per_minute: [1, 1000000, "calls a minute"],
  max_concurrent_calls: [1, 100000, "calls"],
};
const PREFIX = /^[1-9][0-9]{0,14}$/;
const SEPARATING = /[\s,;]+/;

const prefixesOf = (text) => text.split(SEPARATING).map((each) => each.replace(/^\+/, "")).filter(Boolean);
const isWhole = (text, least, most) => /^[0-9]+$/.test(String(text)) && Number(text) >= least && Number(text) <= most;

/** Of GET …/limits. A field is null while there is no such limit. */
export const fieldsOf = (limits) => ({
  ...Object.fromEntries(Object.keys(BOUNDS).map((name) => [name, limits[name] === null ? null : String(limits[name])])),
  allowed_prefixes: limits.allowed_prefixes === null ? null : limits.allowed_prefixes.join(", "),
  premium: limits.premium,
  person_caps: limits.person_caps.map((cap) => ({ attempts: String(cap.attempts), hours: String(cap.hours) })),
});

export const bodyOf = (fields) => ({
  ...Object.fromEntries(Object.keys(BOUNDS).map((name) => [name, fields[name] === null ? null : Number(fields[name])])),
  allowed_prefixes: fields.allowed_prefixes === null ? null : prefixesOf(fields.allowed_prefixes),
  premium: fields.premium,
  person_caps: fields.person_caps.map((cap) => ({ attempts: Number(cap.attempts), hours: Number(cap.hours) })),
});

export function check(fields) {
  const wrong = {};
  for (const [name, [least, most, what]] of Object.entries(BOUNDS)) {
    if (fields[name] !== null && !isWhole(fields[name], least, most)) wrong[name] = `Enter ${least} to ${number(most)} ${what}, or tick “No limit”.`;
  }
  if (fields.allowed_prefixes !== null) {
    const prefixes = prefixesOf(fields.allowed_prefixes);
    const bad = prefixes.find((each) => !PREFIX.test(each));
    if (bad) wrong.allowed_prefixes = `“${bad}” cannot be one: a prefix begins with the country code, such as 49.`;
    else if (!prefixes.length) wrong.allowed_prefixes = "Enter one or more, such as 49, or tick “Any”.";
  }
  if (fields.person_caps.some((cap) => !isWhole(cap.attempts, 1, 1000) || !isWhole(cap.hours, 1, 8784)))
    wrong.person_caps = "Enter whole numbers: 1 to 1,000 calls in 1 to 8,784 hours.";
  return wrong;
}

/** For people: [[what, how much]]. */
export const limitFacts = (limits) => [
  ["Campaigns", limits.max_campaigns === null ? "No limit" : count(limits.max_campaigns, "campaign")],
  ["Calls a minute", limits.calls_per_minute === null ? "No limit" : `${number(limits.calls_per_minute)}, all active campaigns together`],
  ["Calls at once", limits.max_concurrent_calls === null ? "No limit" : count(limits.max_concurrent_calls, "call")],
  ["Numbers that may be called", limits.allowed_prefixes === null ? "Any" : `Those that begin with ${list(limits.allowed_prefixes.map((each) => `+${each}`))}`],
  ["Premium rate and satellite", limits.premium ? "Allowed" : "Refused"],
  ["One person", limits.person_caps.length ? capsInWords(limits.person_caps) : "No limit"],
];

const capsInWords = (caps) => `No more than ${list(caps.map((cap) => `${count(cap.attempts, "call")} in ${duration(cap.hours * HOUR_S)}`))}`;
