// The live feed of a campaign, resumed exactly where it broke off.
import { trouble } from "./connection.js";
import { renewToken } from "./session.js";

const AGAIN_MS = 3000;

/**
 * on: {open, fact, progress, reset, ended}(data), and state("connecting" | "live" | "broken" | "over").
 * The browser resumes by itself after a break; where it gives up (a 4xx, say), or where other requests show that the
 * connection is lost before it has noticed, we ask anew from the last id.
 * last: the id to begin after (now otherwise). Returns what closes the feed.
 */
export function follow(campaignId, on, last = null) {
  let source = null;
  let timer = null;
  let waiting = false;
  let closed = false;

  const connect = () => {
    on.state?.("connecting");
    source = new EventSource(`/v1/campaigns/${campaignId}/live${last ? `?after=${last}` : ""}`);
    for (const kind of ["open", "fact", "progress", "reset"]) {
      source.addEventListener(kind, (event) => {
        if (event.lastEventId) last = event.lastEventId;
        // The connection itself has an event named open, too: that one carries nothing.
        if (event.data === undefined) return;
        on.state?.("live");
        on[kind]?.(JSON.parse(event.data));
      });
    }
    source.addEventListener("end", () => broken(source));
    source.addEventListener("error", (event) => event.data === undefined && broken(source));
  };

  const broken = (which) => {
    if (closed || which !== source) return;
    on.state?.("broken");
    if (which.readyState !== EventSource.CLOSED || waiting) return;
    waiting = true;
    timer = setTimeout(async () => {
      await renewToken();
      waiting = false;
      if (!closed) connect();
    }, AGAIN_MS);
  };

  connect();
  const unfollow = trouble.follow((what) => {
    if (!what) return;
    source.close();
    broken(source);
  });
  return () => {
    closed = true;
    unfollow();
    clearTimeout(timer);
    source.close();
    on.state?.("over");
  };
}
