// What a live view follows: the feed as it comes, and what is asked for beside it.
import { get } from "./api.js";
import { beat as newBeat } from "./live-beat.js";
import { liveModel } from "./live-model.js";
import { follow } from "./live.js";
import { useEvery } from "./use-loaded.js";
import { useEffect, useMemo, useState } from "./ui.js";

const SHOWN_MS = 1000;
const ASKED_MS = 2000;

/**
 * begun: {pace, progress, blockers, ended, skew (ms that the service's clock is ahead)}; limit: of last calls;
 * reload(): asks for the campaign again; onReset(): begins anew. Facts go into the model, which is drawn on canvases;
 * words and figures are drawn once a second, whatever comes.
 */
export function useLive({ campaign, reload, scale, begun, onReset, limit }) {
  const live = useMemo(() => ({ model: liveModel(scale, begun.pace), beat: newBeat(), progress: begun.progress, connection: "connecting", ends: 0 }), []);
  const [shown, setShown] = useState({ progress: begun.progress, connection: "connecting" });
  const [asked, setAsked] = useState({ blockers: begun.blockers, ended: begun.ended });
  const at = `/campaigns/${campaign.campaign_id}`;

  const show = () => setShown({ progress: live.progress, connection: live.connection });
  const ask = async () => {
    const ends = live.model.ends;
    const [blockers, ended] = await Promise.all([
      get(`${at}/blockers`),
      ends === live.ends ? null : get(`${at}/ended-calls`, { query: { limit } }),
    ]);
    live.ends = ends;
    setAsked((before) => ({ blockers, ended: ended?.items ?? before.ended }));
    if (blockers.status !== campaign.status || !campaign.stop_confirmed) reload();
  };

  useEffect(() => {
    const close = follow(campaign.campaign_id, {
      fact(fact) {
        live.model.take(fact);
        if (fact.type.startsWith("campaign.")) reload();
      },
      progress: (progress) => (live.progress = progress),
      reset: onReset,
      state(state) {
        if (state === live.connection) return;
        live.connection = state;
        show();
      },
    }, begun.pace.live_id);
    return () => {
      close();
      live.beat.stop();
    };
  }, []);
  useEvery(SHOWN_MS, show);
  useEvery(ASKED_MS, ask);
  return { ...live, ...shown, ...asked, now: () => Date.now() + begun.skew };
}
