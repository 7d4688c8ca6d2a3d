// What is wrong with the fields of a campaign, while one types. Pure; the service has the last word.
import { OUTCOMES, delaysOf } from "./campaign-fields.js";

const BOUNDS = {
  calls_per_minute: [1, 30000, "calls a minute"],
  max_retries: [0, 1000, "retries"],
  ring_timeout_s: [10, 600, "seconds"],
  weight: [1, 100, "shares"],
};
const DELAY_MIN_MAX = 43200;
const CALL_MIN = [0.5, 240];
const NAME_MAX = 200;

const within = (text, least, most) => text !== "" && Number(text) >= least && Number(text) <= most;
const isWhole = (text) => Number.isInteger(Number(text));

/** {field: what would be right}. `zones` are the names of time zones that the browser knows. */
export function checkFields(fields, zones) {
  const wrong = {};
  if (!fields.name.trim()) wrong.name = "Give it a name.";
  else if (fields.name.length > NAME_MAX) wrong.name = `Use ${NAME_MAX} characters at most.`;
  for (const [name, [least, most, unit]] of Object.entries(BOUNDS)) {
    if (!within(fields[name], least, most) || !isWhole(fields[name])) wrong[name] = `Enter ${least} to ${most.toLocaleString("en-US")} ${unit}.`;
  }
  if (!within(fields.retry_delay_s, 0, DELAY_MIN_MAX)) wrong.retry_delay_s = "Enter 0 to 43,200 minutes (30 days).";
  if (!within(fields.max_call_s, ...CALL_MIN)) wrong.max_call_s = "Enter 0.5 to 240 minutes.";
  if (fields.max_concurrent_calls !== "" && (!within(fields.max_concurrent_calls, 1, 100000) || !isWhole(fields.max_concurrent_calls)))
    wrong.max_concurrent_calls = "Enter 1 to 100,000 calls, or nothing for no limit.";
  if (fields.default_region && !/^[a-z]{2}$/i.test(fields.default_region.trim())) wrong.default_region = "Enter a country code of two letters, such as DE.";
  Object.assign(wrong, checkWindow(fields, zones), checkRetries(fields), checkCaps(fields.person_caps));
  return wrong;
}

function checkWindow(fields, zones) {
  const wrong = {};
  if (zones.length && !zones.includes(fields.time_zone.trim())) wrong.time_zone = "Choose a time zone, such as Europe/Berlin.";
  if (!fields["window.weekdays"].length) wrong["window.weekdays"] = "Choose one day or more.";
  if (!fields.all_day && !fields["window.start"]) wrong["window.start"] = "Enter a time, such as 09:00.";
  if (!fields.all_day && !fields["window.stop"]) wrong["window.stop"] = "Enter a time, such as 20:00.";
  if (!fields.all_day && fields["window.start"] && fields["window.start"] === fields["window.stop"])
    wrong["window.stop"] = "Must be another time than the first; tick “All day” if that is meant.";
  const [first, last] = [fields["window.first_day"], fields["window.last_day"]];
  if (first && last && first > last) wrong["window.last_day"] = "Must not be before the first day.";
  return wrong;
}

function checkRetries(fields) {
  const wrong = {};
  for (const { name } of OUTCOMES) {
    const rule = fields.retry_policy[name];
    if (!rule.own) continue;
    if (delaysOf(rule.delays).some((delay) => !(delay >= 0 && delay <= DELAY_MIN_MAX * 60)))
      wrong[`retry_policy.${name}.delays_s`] = "Enter minutes, with commas between: 5, 30, 120.";
    else if (rule.max_retries !== "" && (!within(rule.max_retries, 0, 1000) || !isWhole(rule.max_retries)))
      wrong[`retry_policy.${name}.max_retries`] = "Enter 0 to 1,000 retries, or nothing.";
  }
  return wrong;
}

function checkCaps(caps) {
  const bad = caps.some((cap) => !within(cap.attempts, 1, 1000) || !isWhole(cap.attempts) || !within(cap.hours, 1, 8784) || !isWhole(cap.hours));
  return bad ? { person_caps: "Enter whole numbers: 1 to 1,000 calls in 1 to 8,784 hours." } : {};
}
