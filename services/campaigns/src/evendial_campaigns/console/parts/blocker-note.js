// Why an active campaign is not calling right now; asked for while its row can be seen.
import { Note } from "./note.js";
import { get, isAbort } from "../api.js";
import { html, useEffect, useRef, useState } from "../ui.js";

const AT_ONCE = 4;
const EVERY_MS = 15000;
const waiting = [];
let running = 0;

/** So many questions at once, the rest one after the other. */
function inTurn(ask) {
  waiting.push(ask);
  while (running < AT_ONCE && waiting.length) {
    running += 1;
    waiting.shift()().finally(() => {
      running -= 1;
      if (waiting.length) inTurn(waiting.shift());
    });
  }
}

export function BlockerNote({ id }) {
  const place = useRef(null);
  const [note, setNote] = useState(null);
  useEffect(() => {
    const control = new AbortController();
    let seen = false;
    let asking = false;
    const ask = async () => {
      if (control.signal.aborted) return;
      try {
        const { calling, reason } = await get(`/campaigns/${id}/blockers`, { signal: control.signal });
        setNote(calling ? null : { kind: "info", text: reason.why });
      } catch (error) {
        if (!isAbort(error)) setNote(null);
      }
    };
    const again = () => {
      if (asking) return;
      asking = true;
      inTurn(() => ask().finally(() => (asking = false)));
    };
    const watch = new IntersectionObserver(([entry]) => {
      if (entry.isIntersecting && !seen) again();
      seen = entry.isIntersecting;
    });
    watch.observe(place.current);
    const timer = setInterval(() => seen && !document.hidden && again(), EVERY_MS);
    return () => {
      control.abort();
      watch.disconnect();
      clearInterval(timer);
    };
  }, [id]);
  return html`<span ref=${place}>${note && html`<${Note} note=${note} />`}</span>`;
}
