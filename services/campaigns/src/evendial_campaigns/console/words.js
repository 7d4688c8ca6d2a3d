// Numbers, lengths of time, rates and moments in words. Pure: no page, no clock of its own.

const grouped = new Intl.NumberFormat("en-US");
const shares = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

export const number = (value) => grouped.format(value);
/** count(1000, "number") is "1,000 numbers"; a plural of its own goes third. */
export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;
export const percent = (share) => shares.format(share);
export const phone = (e164) => `+${e164}`;

export function bytes(value) {
  if (value < 1000) return count(value, "byte");
  const units = ["kB", "MB", "GB"];
  const power = Math.min(Math.floor(Math.log10(value) / 3), units.length);
  return `${fine.format(value / 1000 ** power)} ${units[power - 1]}`;
}

/** list(["a", "b", "c"]) is "a, b and c". */
export function list(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "45 s", "1 min 30 s", "1 h 40 min", "3 days 4 h"; from a minute on no more than two units. */
export function duration(seconds) {
  if (seconds < 60) return `${fine.format(seconds)} s`;
  const units = [[86400, "day"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = units.findIndex(([size]) => seconds >= size);
  const smallest = units[Math.min(first + 1, units.length - 1)][0];
  let rest = Math.round(seconds / smallest) * smallest;
  const said = [];
  for (const [size, unit] of units.slice(0, units.length)) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole) said.push(unit === "day" ? count(whole, "day") : `${whole} ${unit}`);
  }
  return said.slice(0, 2).join(" ");
}

/** As on a player: "0:05", "12:40", "1:00:03". */
export function clock(ms) {
  const all = Math.round(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** "one call every 6 s", "one call a second", "5 calls a second". */
export function pace(perMinute) {
  const gap = 60 / perMinute;
  if (gap > 1) return `one call every ${duration(gap)}`;
  if (gap === 1) return "one call a second";
  return `${fine.format(perMinute / 60)} calls a second`;
}

const formats = new Map();

/** Making one takes a hundred times as long as using it. */
function formatOf(zone, options) {
  const name = `${zone} ${Object.entries(options)}`;
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat("en-GB", { hourCycle: "h23", ...options, timeZone: zone }));
  return formats.get(name);
}

function formatted(at, zone, options) {
  try {
    return formatOf(zone, options).format(new Date(at));
  } catch {
    // A zone that this browser does not know: UTC, and said so.
    return `${formatOf("UTC", options).format(new Date(at))} UTC`;
  }
}

/** "15:20"; with seconds "15:20:05". */
export const time = (at, zone, { seconds = false } = {}) =>
  formatted(at, zone, { hour: "2-digit", minute: "2-digit", ...(seconds && { second: "2-digit" }) });

/** "30 Nov 2026". */
export const day = (at, zone) => formatted(at, zone, { day: "numeric", month: "short", year: "numeric" });

/** "30 Nov 2026, 15:20". */
export const moment = (at, zone, options) => `${day(at, zone)}, ${time(at, zone, options)}`;

/** "15:20" if that is today in the zone, else "Mon 30 Nov, 15:20", with the year if it is another. */
export function nearly(at, zone, now = Date.now()) {
  if (day(at, zone) === day(now, zone)) return time(at, zone);
  const sameYear = day(at, zone).slice(-4) === day(now, zone).slice(-4);
  const parts = { weekday: "short", day: "numeric", month: "short", ...(!sameYear && { year: "numeric" }) };
  return `${formatted(at, zone, parts).replace(",", "")}, ${time(at, zone)}`;
}

/** "just now", "5 min ago", "in 3 h". */
export function distance(at, now = Date.now()) {
  const seconds = (new Date(at) - now) / 1000;
  const away = Math.abs(seconds);
  if (away < 10) return "just now";
  const [size, unit] = [[86400, "day"], [3600, "h"], [60, "min"], [1, "s"]].find(([each]) => away >= each);
  const whole = Math.floor(away / size);
  const said = unit === "day" ? count(whole, "day") : `${whole} ${unit}`;
  return seconds < 0 ? `${said} ago` : `in ${said}`;
}

/** The zone of this browser. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** A word of the API for people: "no_answer" is "no answer". */
export const plain = (word) => word.replaceAll("_", " ");
/** With a capital at its beginning. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
