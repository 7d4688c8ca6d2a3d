// What calls are placed through and billed to: for admins everybody's, for a user their own to look at.
import { actsColumn } from "../parts/acts-column.js";
import { EmptyState } from "../parts/empty-state.js";
import { OwnerChoice } from "../parts/filter.js";
import { Icon } from "../parts/icon.js";
import { PageHeader } from "../parts/page-header.js";
import { Phone } from "../parts/phone.js";
import { PagedTable } from "../parts/table.js";
import { deleteAct } from "../resource-acts.js";
import { go, href, setQuery } from "../router.js";
import { isAdmin } from "../session.js";
import { useAll } from "../use-all.js";
import { usePaged } from "../use-loaded.js";
import { count, number } from "../words.js";
import { html } from "../ui.js";

const SHOWN = 3;

export default function Devices({ query }) {
  const admin = isAdmin();
  const list = usePaged("/devices", { owner_id: query.owner_id });
  const users = useAll("/users", "user_id", { wanted: admin });
  const trunks = useAll("/trunks", "trunk_id", { wanted: admin });
  return html`
    <${PageHeader} title="Devices" below="What calls are placed through, what callees see, and what the calls are billed to."
      actions=${admin && html`<${New} owner=${query.owner_id} />`} />
    ${admin && html`<div class="toolbar" role="search" aria-label="Devices"><${OwnerChoice} value=${query.owner_id} onChoose=${(owner_id) => setQuery({ owner_id })} /></div>`}
    <${PagedTable} list=${list} what="devices" caption="Devices" keyOf=${(row) => row.device_id}
      columns=${admin ? columnsOf(users, trunks, list.reload) : COLUMNS} empty=${admin ? html`<${None} query=${query} trunks=${trunks} />` : html`<${NoneOfYours} />`} />`;
}

const New = ({ owner }) => html`<a class="button is-primary" href=${href("/devices/new", { owner_id: owner })}><${Icon} name="plus" />New device</a>`;

const COLUMNS = [
  { key: "name", label: "Name", title: true, render: (row) => row.name },
  { key: "account", label: "Account code", render: (row) => html`<span class="mono">${row.account_code}</span>` },
  { key: "callers", label: "Caller ids", wide: true, render: (row) => html`<${CallerIds} ids=${row.caller_ids} />` },
  { key: "most", label: "Calls at once", number: true, render: (row) => (row.max_concurrent_calls === null ? html`<span class="faint">no limit</span>` : number(row.max_concurrent_calls)) },
];

function columnsOf(users, trunks, reload) {
  const edit = (row) => `/devices/${row.device_id}/edit`;
  const acts = (row) => [
    { label: "Edit", icon: "edit", run: () => go(edit(row)) },
    deleteAct({ what: "device", path: `/devices/${row.device_id}`, row, onDone: reload, meaning: "No call goes through it any more. Campaigns that use it must be given another one first." }),
  ];
  const [, account, callers, most] = COLUMNS;
  return [
    { key: "name", label: "Name", title: true, render: (row) => html`<a href=${href(edit(row))}>${row.name}</a>` },
    { key: "owner", label: "Owner", render: (row) => html`<a href=${href(`/users/${row.owner_id}`)}>${users.nameOf(row.owner_id) || "the owner"}</a>` },
    { key: "trunk", label: "Trunk", render: (row) => html`<a href=${href(`/trunks/${row.trunk_id}/edit`)}>${trunks.nameOf(row.trunk_id) || "the trunk"}</a>` },
    account, callers, most,
    actsColumn(acts),
  ];
}

const CallerIds = ({ ids }) =>
  ids.length === 0
    ? html`<span class="faint">none</span>`
    : html`<span class="phones">${ids.slice(0, SHOWN).map((each) => html`<${Phone} key=${each} e164=${each} />`)}
        ${ids.length > SHOWN && html`<span class="faint" title=${ids.slice(SHOWN).join(", ")}>and ${count(ids.length - SHOWN, "other")}</span>`}</span>`;

function None({ query, trunks }) {
  if (trunks.items?.length === 0) {
    return html`<${EmptyState} icon="phone" title="No trunk and no device yet"
      text="A trunk is an endpoint of your Asterisk that carries calls. A device gives a user the use of it, with caller ids and an account code. Begin with the trunk."
      action=${html`<a class="button is-primary" href=${href("/trunks/new")}><${Icon} name="plus" />Make the first trunk</a>`} />`;
  }
  return html`<${EmptyState} icon="phone" title=${query.owner_id ? "This user has no device" : "No device yet"}
    text="A device gives a user the use of a trunk, with caller ids that may be shown and an account code. Without one no campaign can be started."
    action=${html`<${New} owner=${query.owner_id} />`} />`;
}

const NoneOfYours = () => html`
  <${EmptyState} icon="phone" title="You have no device yet"
    text="Calls of your campaigns are placed through a device. An admin makes it: tell them which numbers you want to show to those you call." />`;
