// What the fields of a campaign mean, in sentences. Pure.
import { WEEKDAYS, delaysOf } from "./campaign-fields.js";
import { count, day, duration, list, nearly, number, pace, time } from "./words.js";

const MANY = 1000;

/** "One call every 6 s. 1,000 numbers take about 1 h 40 min, done by 15:20 if the window stays open." */
export function rateInWords({ perMinute, numbers, zone, now }) {
  if (!(perMinute >= 1)) return "";
  const many = numbers || MANY;
  const needed = (many / perMinute) * 60;
  const end = now + needed * 1000;
  const done = day(end, zone) === day(now, zone) ? time(end, zone) : nearly(end, zone, now);
  const said = pace(perMinute);
  return `${said[0].toUpperCase()}${said.slice(1)}. ${count(many, "number")} ${many === 1 ? "takes" : "take"} about ${duration(needed)}, done by ${done} if started now and the window stays open.`;
}

export function daysInWords(days) {
  const sorted = [...days].sort();
  if (sorted.length === 7) return "every day";
  const runs = [];
  for (const each of sorted) {
    if (runs.at(-1)?.at(-1) === each - 1) runs.at(-1).push(each);
    else runs.push([each]);
  }
  const name = (each) => WEEKDAYS[each - 1];
  return list(runs.flatMap((run) => (run.length < 3 ? run.map(name) : [`${name(run[0])} to ${name(run.at(-1))}`])));
}

/** "Mon to Fri, 09:00 to 20:00 in Europe/Berlin; closed on 2 days." */
export function windowInWords(fields) {
  if (!fields["window.weekdays"].length) return "No day is chosen, so nothing is called.";
  const overnight = fields["window.start"] > fields["window.stop"];
  const hours = fields.all_day ? "all day" : `${fields["window.start"]} to ${fields["window.stop"]}${overnight ? " of the next day" : ""}`;
  const zone = { campaign: `in ${fields.time_zone}`, number: "in the number's own zone", both: `in ${fields.time_zone}, and in the number's own zone` };
  const closed = fields["window.closed_days"].length;
  const text = daysInWords(fields["window.weekdays"]);
  return `${text[0].toUpperCase()}${text.slice(1)}, ${hours} ${zone[fields.window_zone]}${closed ? `; closed on ${count(closed, "day")}` : ""}.`;
}

/** "Busy or not answered: called again after 15 min, 3 times in all." */
export function retriesInWords(fields) {
  const retries = Number(fields.max_retries);
  if (!(retries > 0)) return "Each number is called once, whatever comes of it.";
  const after = duration(Number(fields.retry_delay_s) * 60);
  return `Busy or not answered: called again after ${after}, ${number(1 + retries)} times in all at most.`;
}

/** "after 5 min, then after 30 min each time". */
export function delaysInWords(text) {
  const delays = delaysOf(text);
  if (!delays.length || delays.some((delay) => !(delay >= 0))) return "";
  return delays.map((delay, at) => `${at ? "then " : ""}after ${duration(delay)}`).join(", ") + (delays.length > 1 ? " each time" : "");
}
