// How well a trunk carries calls, in words. Pure.
import { duration, number } from "./words.js";

const REASONS = {
  failing: "Too many of its calls fail.",
  rejecting: "It refuses all calls.",
  congested: "It has no room for more calls.",
};

/** {label, tone, why}: of a trunk of the API; now: ms. */
export function trunkState({ degraded, calls_per_second }, now) {
  if (!degraded) return { label: "Well", tone: "good", why: null };
  const left = Math.max(0, (new Date(degraded.until) - now) / 1000);
  const soon = left < 1 ? "now" : `in ${duration(Math.round(left))}`;
  const reason = REASONS[degraded.reason] ?? "It does not carry calls well.";
  if (degraded.calls_per_second === 0) return { label: "Closed", tone: "bad", why: `${reason} Nothing is called through it but one trial ${soon}.` };
  const given = number(Math.round(degraded.calls_per_second * 10) / 10);
  return { label: "Slowed", tone: "wait", why: `${reason} It is given ${given} of ${number(calls_per_second)} calls a second; all of them again ${soon}.` };
}
