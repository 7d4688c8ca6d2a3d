// A campaign's slots and calls as they come, from its pace so far and the facts of its feed. Pure.
import { bins } from "./live-bins.js";
import { ring } from "./ring.js";

const KEPT = 2000;
const JUDGED = 200;

const LATER = ["busy", "no_answer", "congestion"];
const STEPS = {
  "number.scheduled.v1": () => ({}),
  "call.originated.v1": ({ data }) => ({ placed: Date.parse(data.originated_at), tone: "calling" }),
  "call.answered.v1": () => ({ tone: "good" }),
  "call.ended.v1": ({ data, outcome }) => ({ placed: Date.parse(data.started_at ?? data.originated_at), tone: toneOf(outcome) }),
  "number.dial_voided.v1": () => ({ tone: "void" }),
};
const RANKS = { planned: 0, calling: 1, good: 2, wait: 3, bad: 3, void: 3 };

/** The tone of how a call ended. */
export const toneOf = (outcome) => (outcome === "answered" ? "good" : LATER.includes(outcome) ? "wait" : "bad");

/** scale: of scaleOf; pace: of GET …/pace in its intervals. */
export function liveModel(scale, pace) {
  const counts = bins(scale);
  const kept = ring(KEPT);
  const known = new Map();
  const first = Date.parse(pace.slots[0]?.slot_at ?? pace.intervals[0]?.begins_at) || 0;
  const model = { changes: 0, ends: 0, take, slots: kept, read: counts.read };

  /** Of its slot; undefined if that is too long ago to be told from those that are counted already. */
  function found(id, at) {
    const slot = known.get(id);
    if (slot || at < first || at < kept.oldest?.at) return slot;
    const made = { id, at, placed: null, tone: "planned" };
    const gone = kept.push(made);
    if (gone) known.delete(gone.id);
    known.set(id, made);
    counts.add("planned", at);
    return made;
  }

  function change(slot, { placed, tone }) {
    // NaN is a moment that nobody knows.
    if (placed && slot.placed === null) counts.add("placed", slot.at);
    if (placed) slot.placed = placed;
    if (tone === "void" && slot.tone !== "void") counts.add("voided", slot.at);
    if (RANKS[tone] > RANKS[slot.tone]) slot.tone = tone;
  }

  /** A fact of the feed, once or more often. */
  function take(fact) {
    const step = STEPS[fact.type];
    if (!step) return;
    const slot = found(fact.command_id, Date.parse(fact.slot_at));
    if (slot) change(slot, step(fact));
    if (fact.type === "call.ended.v1") model.ends += 1;
    model.changes += 1;
  }

  for (const slot of pace.slots) {
    const made = { id: slot.command_id, at: Date.parse(slot.slot_at), placed: Date.parse(slot.placed_at) || null, tone: toneBefore(slot) };
    kept.push(made);
    known.set(made.id, made);
  }
  for (const each of pace.intervals) {
    const at = Date.parse(each.begins_at);
    counts.add("planned", at, each.slots);
    counts.add("placed", at, each.placed);
    counts.add("voided", at, each.voided);
  }
  return model;
}

function toneBefore({ disposition, void: reason, answered_at: answered }) {
  if (reason) return "void";
  if (disposition) return toneOf(disposition);
  return answered ? "good" : "calling";
}

/** How far from their slots the last calls began: {calls, half_ms, most_ms (95 %)}; null before the first. */
export function punctuality(slots) {
  const away = [];
  for (const slot of slots) if (slot.placed !== null) away.push(Math.abs(slot.placed - slot.at));
  const last = away.slice(-JUDGED).sort((one, other) => one - other);
  if (!last.length) return null;
  const at = (share) => Math.round(last[Math.min(Math.floor(last.length * share), last.length - 1)]);
  return { calls: last.length, half_ms: at(0.5), most_ms: at(0.95) };
}

/**
 * Rows of dots, the newest first: [{begins (ms), dots: [{slot, placed (shares of the row; placed may be null), tone}]}].
 * They begin at whole multiples of their length, so that they fill and do not move. Where nothing was in so short a
 * time, they end with the last slot.
 */
export function rowsOf(slots, { row_s, rows, now }) {
  const length = row_s * 1000;
  const last = Math.max(...Array.from(slots, ({ at }) => at));
  const end = now - last < rows * length || last === -Infinity ? now : last;
  const newest = Math.floor(end / length) * length;
  const made = Array.from({ length: rows }, (_, row) => ({ begins: newest - row * length, dots: [] }));
  for (const { at, placed, tone } of slots) {
    const row = made[Math.round((newest - Math.floor(at / length) * length) / length)];
    row?.dots.push({ slot: (at - row.begins) / length, placed: placed === null ? null : (placed - row.begins) / length, tone });
  }
  return made;
}
