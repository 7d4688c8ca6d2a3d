// What carries calls, and how well it does.
import { actsColumn } from "../parts/acts-column.js";
import { Badge } from "../parts/badge.js";
import { EmptyState } from "../parts/empty-state.js";
import { Icon } from "../parts/icon.js";
import { PageHeader } from "../parts/page-header.js";
import { PagedTable } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { deleteAct } from "../resource-acts.js";
import { go, href } from "../router.js";
import { trunkState } from "../trunk-words.js";
import { useEvery, usePaged } from "../use-loaded.js";
import { number } from "../words.js";
import { html } from "../ui.js";

const PAGE = 100;
const FRESH_MS = 5000;

export default function Trunks() {
  const list = usePaged("/trunks", {}, { limit: PAGE });
  useEvery(FRESH_MS, () => list.items?.length <= PAGE && list.reload());
  return html`
    <${PageHeader} title="Trunks" below="Endpoints of your Asterisk that carry calls. One that fails is given fewer of them by itself, and all again once it is well."
      actions=${html`<${New} />`} />
    <${PagedTable} list=${list} what="trunks" caption="Trunks" keyOf=${(row) => row.trunk_id} columns=${columnsOf(list.reload)}
      empty=${html`<${EmptyState} icon="phone" title="No trunk yet"
        text="A trunk is a PJSIP endpoint that your Asterisk knows: your carrier, say. Devices place their calls through it." action=${html`<${New} />`} />`} />`;
}

const New = () => html`<a class="button is-primary" href=${href("/trunks/new")}><${Icon} name="plus" />New trunk</a>`;

function columnsOf(reload) {
  const edit = (row) => `/trunks/${row.trunk_id}/edit`;
  const acts = (row) => [
    { label: "Edit", icon: "edit", run: () => go(edit(row)) },
    deleteAct({ what: "trunk", path: `/trunks/${row.trunk_id}`, row, onDone: reload, meaning: "Devices that use it must be given another one first." }),
  ];
  return [
    { key: "name", label: "Name", title: true, render: (row) => html`<a href=${href(edit(row))}>${row.name}</a>` },
    { key: "state", label: "State", wide: true, render: (row) => html`<${State} trunk=${row} />` },
    { key: "endpoint", label: "Endpoint", render: (row) => html`<span class="mono">${row.endpoint}</span>${row.pool !== "default" && html`<span class="table-note">pool ${row.pool}</span>`}` },
    { key: "rate", label: "Calls a second", number: true, render: (row) => number(row.calls_per_second) },
    { key: "most", label: "Calls at once", number: true, render: (row) => (row.max_concurrent_calls === null ? html`<span class="faint">no limit</span>` : number(row.max_concurrent_calls)) },
    actsColumn(acts),
  ];
}

function State({ trunk }) {
  const { label, tone, why } = trunkState(trunk, Date.now());
  return html`<span><${Badge} label=${label} tone=${tone} />
    ${why && html`<span class="table-note">${why} Since <${Time} at=${trunk.degraded.degraded_at} form="nearly" />.</span>`}</span>`;
}
