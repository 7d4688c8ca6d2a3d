// Whether the service can be reached, and the patience of those who ask while it cannot.
import { observed } from "./observed.js";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10000;

/** null, or why requests are being repeated: "lost" or "unavailable". */
export const trouble = observed(null);
const waiting = new Set();

addEventListener("online", () => wakeAll());
addEventListener("offline", () => trouble.set("lost"));

/** Ends every pause at once: somebody has pressed "Try now", or the network is back. */
export function wakeAll() {
  for (const wake of [...waiting]) wake();
}

/** After the nth failure in a row; rejects when the signal says that nobody waits any more. */
export function pause(failures, signal) {
  const ms = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  return new Promise((resolve, reject) => {
    const done = (settle, value) => {
      clearTimeout(timer);
      waiting.delete(wake);
      signal?.removeEventListener("abort", abort);
      settle(value);
    };
    const wake = () => done(resolve);
    const abort = () => done(reject, signal.reason);
    const timer = setTimeout(wake, ms);
    waiting.add(wake);
    signal?.addEventListener("abort", abort);
  });
}
