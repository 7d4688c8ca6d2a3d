// The actions of an answered call, as they are built. Pure.
import { count, duration } from "./words.js";

export const WAIT_MAX_S = 3600;
let nextKey = 1;

/** An action of the API with a key of its own, so that it stays itself when it is moved. */
export const keyed = (action) => ({ key: nextKey++, kind: action.kind, seconds: String(action.seconds ?? ""), prompt_id: action.prompt_id ?? "", ivr_id: action.ivr_id ?? "", context: action.context });

export const bodyOf = (actions) => ({
  actions: actions.map((each) => {
    if (each.kind === "wait") return { kind: "wait", seconds: Number(each.seconds) };
    return each.kind === "play" ? { kind: "play", prompt_id: each.prompt_id } : { kind: "ivr", ivr_id: each.ivr_id };
  }),
});

/** {key: what is wrong with that action}. */
export function checkSequence(actions) {
  const wrong = {};
  actions.forEach((each, at) => {
    const seconds = Number(each.seconds);
    if (each.kind === "wait" && !(seconds > 0 && seconds <= WAIT_MAX_S)) wrong[each.key] = "Wait more than 0 and at most 3,600 seconds.";
    if (each.kind === "play" && !each.prompt_id) wrong[each.key] = "Choose a prompt, or upload one.";
    if (each.kind === "ivr" && !each.ivr_id) wrong[each.key] = "Choose an IVR.";
    else if (each.kind === "ivr" && at < actions.length - 1) wrong[each.key] = "It takes the call over, so it must be the last action.";
  });
  return wrong;
}

/** With the action at `from` put to `to`. */
export function moved(actions, from, to) {
  const rest = actions.filter((_, at) => at !== from);
  return [...rest.slice(0, to), actions[from], ...rest.slice(to)];
}

/** A new action at the end, or before an IVR that is there. */
export function added(actions, action) {
  const last = actions.at(-1);
  return last?.kind === "ivr" ? [...actions.slice(0, -1), action, last] : [...actions, action];
}

/** So long is one action, in ms; 0 where that is not known. prompts: by prompt_id. */
export function lengthOf(action, prompts) {
  if (action.kind === "wait") return Math.max(0, Number(action.seconds) || 0) * 1000;
  return action.kind === "play" ? (prompts.get(action.prompt_id)?.duration_ms ?? 0) : 0;
}

export const totalLength = (actions, prompts) => actions.reduce((sum, each) => sum + lengthOf(each, prompts), 0);

/** "3 actions, 12.5 s; then an IVR takes over." */
export function sequenceInWords(actions, prompts) {
  if (!actions.length) return "Nothing is done: a call that is answered would end at once.";
  const ivr = actions.at(-1).kind === "ivr";
  const steps = actions.length - (ivr ? 1 : 0);
  if (ivr && !steps) return "An IVR takes the call over at once.";
  const end = ivr ? "then an IVR takes the call over" : "then the call ends";
  return `${count(steps, "action")}, ${duration(totalLength(actions, prompts) / 1000)}; ${end}.`;
}
