// A campaign at a glance: whether it calls, why not, how far it is, and by which rules.
import { Alert, ErrorAlert } from "../parts/alert.js";
import { Reasons, TopReason } from "../parts/blockers.js";
import { CampaignButtons } from "../parts/campaign-buttons.js";
import { CampaignFrame } from "../parts/campaign-frame.js";
import { Figures, Standing } from "../parts/campaign-standing.js";
import { Preflight } from "../parts/preflight.js";
import { Rules } from "../parts/campaign-rules.js";
import { Skeleton } from "../parts/skeleton.js";
import { get } from "../api.js";
import { useEvery, useLoaded } from "../use-loaded.js";
import { html, useState } from "../ui.js";

const FRESH_MS = 3000;

export default function Campaign({ params }) {
  const [note, setNote] = useState(null);
  return html`
    <${CampaignFrame} id=${params.id} tab="Overview"
      actions=${(campaign, reload) => html`<${CampaignButtons} campaign=${campaign} onNote=${setNote} onChange=${reload} />`}>
      ${(campaign, reload) => html`<${Overview} campaign=${campaign} reload=${reload} note=${note} />`}
    <//>`;
}

function Overview({ campaign, reload, note }) {
  const at = `/campaigns/${campaign.campaign_id}`;
  const isActive = campaign.status === "active";
  const now = useLoaded(
    async (signal) => {
      const [progress, blockers, preflight] = await Promise.all([
        get(`${at}/progress`, { signal }),
        get(`${at}/blockers`, { signal }),
        isActive || campaign.archived ? null : get(`${at}/preflight`, { signal }),
      ]);
      return { progress, blockers, preflight };
    },
    [at, campaign.version],
  );
  useEvery(FRESH_MS, async () => {
    if (isActive || !campaign.stop_confirmed) await now.reload();
    if (!campaign.stop_confirmed || (now.data && now.data.progress.status !== campaign.status)) reload();
  });
  if (!now.data) {
    return now.error
      ? html`<${ErrorAlert} error=${now.error} title="How the campaign stands could not be loaded." onAgain=${now.reload} />`
      : html`<${Skeleton} label="Asking the scheduler how it stands" rows=${5} />`;
  }
  const { progress, blockers, preflight } = now.data;
  return html`
    <div class="stack">
      <div class="alerts is-flush">
        <div role="status">${note && html`<${Alert} kind=${note.kind} action=${note.links && html`<span class="row">${note.links.map((link) => html`<a key=${link.href} class="button is-small" href=${link.href}>${link.label}</a>`)}</span>`}>${note.text}<//>`}</div>
        ${!campaign.stop_confirmed && html`<${Alert} kind="warning" title="The stop is decided, but no originator has confirmed it yet.">Until one does, calls that were ordered already may still start.<//>`}
        <${TopReason} blockers=${blockers} />
      </div>
      <${Figures} campaign=${campaign} progress=${progress} />
      <${Standing} campaign=${campaign} progress=${progress} />
      <div class="halves">
        <div class="stack">${preflight && html`<${Preflight} campaign=${campaign} preflight=${preflight} />`}<${Reasons} blockers=${blockers} /></div>
        <${Rules} campaign=${campaign} />
      </div>
    </div>`;
}
