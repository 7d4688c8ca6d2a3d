// A campaign's log: who did what, what was called, and what became of it.
import { Alert } from "../parts/alert.js";
import { CampaignFrame } from "../parts/campaign-frame.js";
import { EmptyState } from "../parts/empty-state.js";
import { LogList } from "../parts/log-list.js";
import { KINDS, from } from "../log-words.js";
import { href } from "../router.js";
import { useEvery, usePaged } from "../use-loaded.js";
import { classes, html } from "../ui.js";

const PAGE = 100;
const FRESH_MS = 4000;

export default ({ params, query }) => html`
  <${CampaignFrame} id=${params.id} tab="Log">
    ${(campaign) => html`<${Log} key=${query.entry} campaign=${campaign} query=${query} />`}
  <//>`;

function Log({ campaign, query }) {
  const path = `/campaigns/${campaign.campaign_id}/log`;
  const begins = query.entry && from(query.entry);
  const list = usePaged(path, { kind: query.kind }, { limit: PAGE, from: begins });
  useEvery(FRESH_MS, () => !begins && list.refresh());
  const chip = (kind, words) => html`
    <a key=${kind ?? "all"} class="chip" href=${href(path, { kind })} aria-current=${query.kind === kind && !begins ? "true" : undefined}>${words}</a>`;
  return html`
    <nav class="chips" aria-label="Entries by what they are about">
      ${chip(undefined, "Everything")}${Object.entries(KINDS).map(([kind, words]) => chip(kind, words))}
    </nav>
    ${begins && html`<${Alert} kind="info" title="From the linked entry on"
      action=${html`<a class="button is-small" href=${href(path)}>Show the newest</a>`}>Newer entries are not shown.<//>`}
    <h2 class="unseen">What happened</h2>
    <section class=${classes("card", begins && "gap-above")} aria-label="Log">
      <${LogList} list=${list} campaign=${campaign} numbers marked=${begins && query.entry} label="Newest first"
        empty=${html`<${EmptyState} icon="clock" title="Nothing of that kind yet" text="What people do and what is called is told here as it happens." />`} />
    </section>`;
}
