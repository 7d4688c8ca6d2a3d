// A campaign as it calls: its slots and calls, what comes of them, and what keeps it from calling.
import { ErrorAlert } from "../parts/alert.js";
import { CampaignButtons } from "../parts/campaign-buttons.js";
import { CampaignFrame } from "../parts/campaign-frame.js";
import { LiveChart } from "../parts/live-chart.js";
import { LastCalls, Outcomes } from "../parts/live-outcomes.js";
import { LiveStrip } from "../parts/live-strip.js";
import { LiveTable } from "../parts/live-table.js";
import { LiveFigures, LiveTop } from "../parts/live-top.js";
import { Note } from "../parts/note.js";
import { Skeleton } from "../parts/skeleton.js";
import { get } from "../api.js";
import { punctuality } from "../live-model.js";
import { scaleOf } from "../live-scale.js";
import { keyOf, nextSaid, punctualityWords, summaryWords } from "../live-words.js";
import { useLive } from "../use-live.js";
import { useLoaded } from "../use-loaded.js";
import { html, useRef, useState } from "../ui.js";
import { duration } from "../words.js";

const SLOTS = 1000;
const ENDED = 8;

export default function Live({ params }) {
  const [note, setNote] = useState(null);
  return html`
    <${CampaignFrame} id=${params.id} tab="Live"
      actions=${(campaign, reload) => html`<${CampaignButtons} campaign=${campaign} onNote=${setNote} onChange=${reload} />`}>
      ${(campaign, reload) => html`
        <div role="status">${note && html`<${Note} note=${note} />`}</div>
        <${Loaded} key=${campaign.calls_per_minute} campaign=${campaign} reload=${reload} />`}
    <//>`;
}

function Loaded({ campaign, reload }) {
  const at = `/campaigns/${campaign.campaign_id}`;
  const scale = scaleOf(campaign.calls_per_minute);
  const begun = useLoaded(async (signal) => {
    const query = { step_s: scale.step_s, steps: scale.steps, slots: SLOTS };
    const [pace, progress, blockers, ended] = await Promise.all([
      get(`${at}/pace`, { query, signal }),
      get(`${at}/progress`, { signal }),
      get(`${at}/blockers`, { signal }),
      get(`${at}/ended-calls`, { query: { limit: ENDED }, signal }),
    ]);
    return { pace, progress, blockers, ended: ended.items, skew: Date.parse(pace.at) - Date.now() };
  }, [at]);
  if (!begun.data) {
    return begun.error
      ? html`<${ErrorAlert} error=${begun.error} title="How the campaign calls could not be loaded." onAgain=${begun.reload} />`
      : html`<${Skeleton} label="Asking how it has called so far" rows=${6} />`;
  }
  return html`<${Watching} key=${begun.data.pace.at} campaign=${campaign} reload=${reload} scale=${scale} begun=${begun.data} onReset=${begun.reload} />`;
}

function Watching({ campaign, reload, scale, begun, onReset }) {
  const { model, beat, now, progress, blockers, ended, connection } = useLive({ campaign, reload, scale, begun, onReset, limit: ENDED });
  const zone = campaign.time_zone;
  const shown = { campaign, progress, blockers, connection, now: now() };
  const even = punctualityWords(punctuality(model.slots));
  const parts = { model, scale, zone, beat, now };
  return html`
    <div class="stack live">
      <${LiveTop} campaign=${campaign} blockers=${blockers} connection=${connection} />
      <${Said} ...${shown} />
      <${LiveFigures} campaign=${campaign} progress=${progress} />
      <section class="card">
        <div class="card-header"><h2>Calls in each ${duration(scale.step_s)}</h2><${Legend} names=${["calls", "slots", "rate"]} /></div>
        <${LiveChart} ...${parts} label=${`Calls of the last ${duration(scale.step_s * scale.steps)} against their slots. ${even}`} />
        <${LiveTable} ...${parts} />
      </section>
      <section class="card">
        <div class="card-header"><h2>Slots, and the calls on them</h2><${Legend} names=${["slot", "calling", "good", "wait", "bad", "void"]} /></div>
        <${LiveStrip} ...${parts} label=${`Rows of ${duration(scale.row_s)}, the newest first. ${even}`} />
        <p class="faint small">${even} A row is ${duration(scale.row_s)} long. Times are of ${zone}.</p>
      </section>
      <div class="halves"><${Outcomes} progress=${progress} /><${LastCalls} calls=${ended} campaign=${campaign} /></div>
    </div>`;
}

const MEANINGS = {
  calls: "Calls", slots: "Slots planned", rate: "What the rate allows", slot: "Slot", calling: "In a call",
  good: "Answered", wait: "Busy or not answered", bad: "Failed", void: "Not called",
};
const Legend = ({ names }) => html`
  <ul class="live-legend">${names.map((name) => html`<li key=${name} class=${`is-${name}`}>${MEANINGS[name]}</li>`)}</ul>`;

/** Read out now and then, and at once when something important changes. */
function Said(shown) {
  const said = useRef(null);
  said.current = nextSaid(said.current, { key: keyOf(shown), text: summaryWords(shown), now: shown.now });
  return html`<p class="unseen" role="status">${said.current.text}</p>`;
}
