// A number's story: where it stands, why, and everything that happened to it.
import { ErrorAlert } from "../parts/alert.js";
import { Badge } from "../parts/badge.js";
import { Button } from "../parts/button.js";
import { CampaignFrame } from "../parts/campaign-frame.js";
import { EmptyState } from "../parts/empty-state.js";
import { Facts } from "../parts/facts.js";
import { Icon } from "../parts/icon.js";
import { LogList } from "../parts/log-list.js";
import { Phone } from "../parts/phone.js";
import { Skeleton } from "../parts/skeleton.js";
import { Time } from "../parts/time.js";
import { get } from "../api.js";
import { callAgain, remove } from "../number-acts.js";
import { canReactivate, stateTone, stateWords } from "../number-words.js";
import { go, href } from "../router.js";
import { useEvery, useLoaded, usePaged } from "../use-loaded.js";
import { number } from "../words.js";
import { html } from "../ui.js";

const PAGE = 100;
const FRESH_MS = 3000;

export default ({ params }) => html`
  <${CampaignFrame} id=${params.id} tab="Numbers">
    ${(campaign) => html`<${Story} campaign=${campaign} path=${`/campaigns/${params.id}/numbers/${params.number}`} />`}
  <//>`;

function Story({ campaign, path }) {
  const { data: row, error, reload, setData } = useLoaded((signal) => get(path, { signal }), [path]);
  const list = usePaged(`${path}/log`, {}, { limit: PAGE });
  const changed = (told) => (told && setData(told), list.reload());
  useEvery(FRESH_MS, () => {
    if (campaign.status !== "active" || !row) return;
    reload();
    list.refresh();
  });
  return html`
    <p><a class="back" href=${href(`/campaigns/${campaign.campaign_id}/numbers`)}><${Icon} name="back" />All numbers</a></p>
    ${row ? html`<${Card} row=${row} campaign=${campaign} onChange=${changed} />` : error ? html`<${Gone} error=${error} reload=${reload} />` : html`<${Skeleton} label="Loading the number" />`}
    <div class="columns">
      <section class="card">
        <h2>Its story</h2>
        <${LogList} list=${list} campaign=${campaign} label="Newest first"
          empty=${html`<${EmptyState} icon="clock" title="Nothing happened yet" text="Once the campaign calls, each step is told here." />`} />
      </section>
      ${row && html`<${About} row=${row} campaign=${campaign} />`}
    </div>`;
}

function Card({ row, campaign, onChange }) {
  const away = () => go(`/campaigns/${campaign.campaign_id}/numbers`);
  return html`
    <section class="card number-card" aria-label="Where the number stands">
      <div class="number-card-head">
        <h2><${Phone} e164=${row.e164} /></h2>
        <${Badge} state=${row.state} label=${stateWords(row.state)} tone=${stateTone(row.state)} />
        <div class="row">
          ${canReactivate(row.state) && html`<${Button} icon="refresh" onClick=${() => callAgain(campaign, row, onChange)}>Call once more<//>`}
          <${Button} kind="quiet" icon="trash" onClick=${() => remove(campaign, row, away)}>Delete<//>
        </div>
      </div>
      <p class="number-card-why">${row.why}</p>
    </section>`;
}

const About = ({ row, campaign }) => html`
  <section class="card">
    <h2>About it</h2>
    <${Facts} facts=${[
      ["Calls so far", number(row.attempts)],
      ["Last slot", row.slot_at && html`<${Time} at=${row.slot_at} zone=${campaign.time_zone} seconds />`],
      ["Due again", row.retry_at && html`<${Time} at=${row.retry_at} zone=${campaign.time_zone} seconds />`],
      ["Reference", row.reference],
      ...Object.entries(row.variables),
      ["List", html`<a href=${href(`/campaigns/${campaign.campaign_id}/numbers`, { import_id: row.import_id })}>Numbers of the same import</a>`],
    ]} />
  </section>`;

const Gone = ({ error, reload }) =>
  error.status === 404
    ? html`<${EmptyState} icon="trash" title="Not on the list any more" text="The number was taken off. What happened to it before is told below, as far as it is known." />`
    : html`<${ErrorAlert} error=${error} title="The number could not be loaded." onAgain=${reload} />`;
