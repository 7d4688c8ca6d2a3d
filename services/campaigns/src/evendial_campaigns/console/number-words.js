// Numbers, lists and what happened to them, in plain words. Pure.
import { bytes, capital, count, list, plain } from "./words.js";

/** What may be filtered by, in the order in which a number passes through. */
export const STATES = {
  free: "To call",
  scheduled: "Next in line",
  calling: "In a call",
  waiting_retry: "Waiting for a retry",
  completed: "Answered",
  failed: "Failed",
  unknown: "Outcome unknown",
  suppressed: "Suppressed",
};

const TONES = { free: "plain", unknown: "wait", suppressed: "plain" };
const REFUSALS = {
  line_too_long: "the line is too long",
  not_text: "no readable text",
  letters: "letters in the number",
  bad_character: "a character that no number has",
  rounded: "rounded by a spreadsheet",
  no_digits: "no digits",
  leading_zero: "no country code",
  unknown_country_code: "unknown country code",
  prefix_not_allowed: "not allowed to you",
  premium_number: "premium rate or satellite",
  suppressed: "on a do-not-call list",
  unclosed_quote: "a quote that is not closed",
  bad_quotes: "quotes in the wrong place",
  bad_value: "a value that cannot be kept",
  bad_reference: "a reference that cannot be used",
  reference_is_a_number: "the reference is a phone number",
};
const SEPARATORS = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" };
const DOCUMENTS = /\.(xlsx?|ods|numbers|pdf|docx?|odt|zip|gz)$/i;
const CELLS = /[;\t|"]|,.*,|[a-z].*,|,.*[a-z]/i;
const SEPARATING = /[\s+().,/-]+/g;

/** A state for people. */
export const stateWords = (state) => STATES[state] ?? capital(plain(state));
/** The tone of its badge; undefined: as any badge of that state. */
export const stateTone = (state) => TONES[state];
/** Whether a person may have the number called once more. */
export const canReactivate = (state) => ["completed", "failed", "unknown"].includes(state);

/** Why a line was refused, in a few words. */
export const refusalWords = (reason) => capital(REFUSALS[reason] ?? plain(reason));

/** What became of a list: "998 numbers imported, 1 duplicate left out, 2 lines refused". */
export function reportWords({ accepted, duplicates, rejected }) {
  return [
    `${count(accepted, "number")} imported`,
    duplicates > 0 && `${count(duplicates, "duplicate")} left out`,
    rejected > 0 && `${count(rejected, "line")} refused`,
  ].filter(Boolean).join(", ");
}

/** How a CSV list was read; "" for plain text. */
export function formatWords(format) {
  if (!format) return "";
  const said = [`the numbers from the column “${format.number_column}”`];
  if (format.reference_column) said.push(`the references from “${format.reference_column}”`);
  const kept = format.variables.length ? ` Kept beside each number: ${list(format.variables)}.` : "";
  return `Read as CSV with ${SEPARATORS[format.delimiter]}: ${list(said)}.${kept}`;
}

/** What a file is to be read as, {type}, by its name and its beginning; {problem} says why it cannot be. */
export function listKind(name, beginning) {
  const [document] = DOCUMENTS.exec(name) ?? [];
  if (document) return { problem: `A ${document} file cannot be read. Save it as CSV (UTF-8), or as text with one number a line, and drop that.` };
  if (!beginning.trim()) return { problem: "The file is empty." };
  const [first] = beginning.trimStart().split(/\r\n|\r|\n/, 1);
  const isCsv = /\.(csv|tsv)$/i.test(name) || CELLS.test(first);
  return { type: isCsv ? "text/csv" : "text/plain" };
}

/** "numbers.csv, 1.2 MB". */
export const fileWords = (file) => `${file.name}, ${bytes(file.size)}`;

/** What is wrong with the digits that are searched for, or null. */
export function searchProblem(text) {
  const digits = text.replace(SEPARATING, "");
  if (!digits) return text.trim() ? "Enter some digits of the number." : null;
  if (/\D/.test(digits)) return "Numbers are found by their digits alone.";
  return digits.length > 15 ? "A number has 15 digits at most." : null;
}

/** Lines of "name=value" as {name: value}; throws an Error that says what is wrong. */
export function valuesOf(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return Object.fromEntries(lines.map((line) => {
    const [, name, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (!name) throw new Error(`“${line}” has no name before an equals sign.`);
    return [name, value];
  }));
}
