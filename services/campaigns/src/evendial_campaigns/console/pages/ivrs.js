// Dialplan contexts that may take calls over.
import { actsColumn } from "../parts/acts-column.js";
import { EmptyState } from "../parts/empty-state.js";
import { Icon } from "../parts/icon.js";
import { PageHeader } from "../parts/page-header.js";
import { PagedTable } from "../parts/table.js";
import { deleteAct } from "../resource-acts.js";
import { go, href } from "../router.js";
import { usePaged } from "../use-loaded.js";
import { html } from "../ui.js";

export default function Ivrs() {
  const list = usePaged("/ivrs");
  return html`
    <${PageHeader} title="IVRs" below="Menus of your Asterisk that may take a call over, as the last action of a campaign." actions=${html`<${New} />`} />
    <${PagedTable} list=${list} what="IVRs" caption="IVRs" keyOf=${(row) => row.ivr_id} columns=${columnsOf(list.reload)}
      empty=${html`<${EmptyState} icon="phone" title="No IVR yet"
        text="Name a context of your Asterisk's dialplan; admins can then end the actions of a campaign with it: “press 1 to be connected”, say." action=${html`<${New} />`} />`} />`;
}

const New = () => html`<a class="button is-primary" href=${href("/ivrs/new")}><${Icon} name="plus" />New IVR</a>`;

function columnsOf(reload) {
  const edit = (row) => `/ivrs/${row.ivr_id}/edit`;
  const acts = (row) => [
    { label: "Edit", icon: "edit", run: () => go(edit(row)) },
    deleteAct({ what: "IVR", path: `/ivrs/${row.ivr_id}`, row, onDone: reload, meaning: "Campaigns that hand calls over to it must be given other actions first." }),
  ];
  return [
    { key: "name", label: "Name", title: true, wide: true, render: (row) => html`<a href=${href(edit(row))}>${row.name}</a>` },
    { key: "context", label: "Context", render: (row) => html`<span class="mono">${row.context}</span>` },
    actsColumn(acts),
  ];
}
