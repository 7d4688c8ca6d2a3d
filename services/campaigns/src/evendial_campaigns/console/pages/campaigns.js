// All campaigns.
import { Badge } from "../parts/badge.js";
import { EmptyState } from "../parts/empty-state.js";
import { PageHeader } from "../parts/page-header.js";
import { PagedTable } from "../parts/table.js";
import { href } from "../router.js";
import { usePaged } from "../use-loaded.js";
import { number } from "../words.js";
import { html } from "../ui.js";

const COLUMNS = [
  { key: "name", label: "Name", title: true, wide: true, render: (row) => html`<a href=${href(`/campaigns/${row.campaign_id}`)}>${row.name}</a>` },
  { key: "status", label: "Status", render: (row) => html`<${Badge} state=${row.status} />` },
  { key: "run_time", label: "Calls", render: (row) => row.run_time },
  { key: "left", label: "Left", number: true, render: (row) => number(row.numbers_left) },
];

export default function Campaigns() {
  const list = usePaged("/campaigns");
  return html`
    <${PageHeader} title="Campaigns" />
    <${PagedTable} list=${list} what="campaigns" caption="Campaigns" columns=${COLUMNS} keyOf=${(row) => row.campaign_id}
      empty=${html`<${EmptyState} icon="phone" title="No campaign yet" text="A campaign is a list of numbers, what is played to who answers, and when and how fast to call." />`} />`;
}
