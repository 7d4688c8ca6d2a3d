// The list of a campaign: importing, finding and changing its numbers.
import { actsColumn } from "../parts/acts-column.js";
import { Badge } from "../parts/badge.js";
import { Button } from "../parts/button.js";
import { CampaignFrame } from "../parts/campaign-frame.js";
import { EmptyState } from "../parts/empty-state.js";
import { ListDrop } from "../parts/list-drop.js";
import { Menu } from "../parts/menu.js";
import { NumberDialog } from "../parts/number-dialog.js";
import { NumberFilter, NumberSearch } from "../parts/number-filter.js";
import { PastImports } from "../parts/past-imports.js";
import { Phone } from "../parts/phone.js";
import { PagedTable } from "../parts/table.js";
import { address, get } from "../api.js";
import { callAgain, countFailed, redialFailed, remove, removeAll } from "../number-acts.js";
import { canReactivate, stateTone, stateWords } from "../number-words.js";
import { go, href } from "../router.js";
import { useAct, useEvery, useLoaded, usePaged } from "../use-loaded.js";
import { number, phone } from "../words.js";
import { html, useState } from "../ui.js";

const PAGE = 100;
const FRESH_MS = 5000;

export default function Numbers({ params, query }) {
  const path = `/campaigns/${params.id}`;
  const wanted = { state: query.state, q: query.q, import_id: query.import_id };
  const list = usePaged(`${path}/numbers`, wanted, { limit: PAGE });
  const progress = useLoaded((signal) => get(`${path}/progress`, { signal }), [path]);
  return html`
    <${CampaignFrame} id=${params.id} tab="Numbers">
      ${(campaign, reload) => html`<${List} campaign=${campaign} reloadCampaign=${reload} ...${{ path, query, wanted, list, progress }} />`}
    <//>`;
}

function List({ campaign, reloadCampaign, path, query, wanted, list, progress }) {
  const [open, setOpen] = useState(null);
  const changed = () => (list.reload(), progress.reload(), reloadCampaign());
  useEvery(FRESH_MS, () => {
    if (campaign.status !== "active") return;
    progress.reload();
    list.refresh();
  });
  const filtered = Boolean(query.state || query.q || query.import_id);
  const some = campaign.numbers > 0;
  return html`
    <${ListDrop} campaign=${campaign} small=${some} onChange=${changed} />
    <h2 class="unseen">The list</h2>
    <div class="toolbar">
      ${some && html`<${NumberSearch} query=${query} />`}
      <${Tools} campaign=${campaign} wanted=${wanted} onOpen=${setOpen} onChange=${changed} />
    </div>
    ${(some || filtered) && html`
      <${NumberFilter} query=${query} counts=${progress.data?.states} total=${progress.data?.numbers ?? campaign.numbers} />
      <${PagedTable} list=${list} what="numbers" caption="Numbers of the campaign" keyOf=${(row) => row.number_id}
        columns=${columnsOf(campaign, list, changed)} empty=${html`<${NoneFound} filtered=${filtered} path=${path} />`} />`}
    ${open === "add" && html`<${NumberDialog} campaign=${campaign} onDone=${changed} onClose=${() => setOpen(null)} />`}
    ${open === "imports" && html`<${PastImports} campaign=${campaign} onChange=${changed} onClose=${() => setOpen(null)} />`}`;
}

function Tools({ campaign, wanted, onOpen, onChange }) {
  const filtered = wanted.state || wanted.q || wanted.import_id;
  const active = campaign.status === "active";
  const counting = useAct(() => countFailed(campaign));
  const redial = async () => redialFailed(campaign, await counting.run(), onChange);
  const items = [
    { label: "Imports so far", icon: "upload", run: () => onOpen("imports") },
    { label: filtered ? "Export what is shown" : "Export the list", icon: "download", href: address(`/campaigns/${campaign.campaign_id}/numbers.csv`, wanted) },
    { label: "Export the calls", icon: "download", href: address(`/campaigns/${campaign.campaign_id}/calls.csv`) },
    { label: active ? "Delete all numbers (stop the campaign first)" : "Delete all numbers", icon: "trash", danger: true, divided: true,
      disabled: active || campaign.numbers === 0, run: () => removeAll(campaign, onChange) },
  ];
  return html`
    <div class="row">
      <${Button} icon="plus" onClick=${() => onOpen("add")}>Add a number<//>
      <${Button} icon="refresh" disabled=${campaign.numbers === 0} busy=${counting.busy && "Counting them …"} onClick=${redial}>Redial failed<//>
      <${Menu} label="More acts on the list" items=${items} />
    </div>`;
}

function columnsOf(campaign, list, changed) {
  const story = (row) => `/campaigns/${campaign.campaign_id}/numbers/${row.number_id}`;
  const put = (row) => list.change((items) => items.map((each) => (each.number_id === row.number_id ? row : each)));
  const acts = (row) => [
    { label: "Its story", icon: "clock", run: () => go(story(row)) },
    canReactivate(row.state) && { label: "Call once more", icon: "refresh", run: () => callAgain(campaign, row, put) },
    { label: "Delete", icon: "trash", danger: true, divided: true, run: () => remove(campaign, row, changed) },
  ];
  return [
    { key: "number", label: "Number", title: true, render: (row) => html`<a href=${href(story(row))}><${Phone} e164=${row.e164} /></a>` },
    { key: "state", label: "State", render: (row) => html`<${Badge} state=${row.state} label=${stateWords(row.state)} tone=${stateTone(row.state)} />` },
    { key: "why", label: "Why", wide: true, render: (row) => row.why },
    list.items?.some((row) => row.reference) && { key: "reference", label: "Reference", render: (row) => row.reference ?? html`<span class="faint">–</span>` },
    { key: "attempts", label: "Calls", number: true, render: (row) => number(row.attempts) },
    actsColumn(acts, (row) => phone(row.e164)),
  ].filter(Boolean);
}

const NoneFound = ({ filtered, path }) =>
  filtered
    ? html`<${EmptyState} icon="search" title="No such number" text="No number of the list is like that."
        action=${html`<a class="button" href=${href(`${path}/numbers`)}>Show all numbers</a>`} />`
    : html`<${EmptyState} icon="list" title="No numbers" text="Drop a list above, or add a number." />`;
