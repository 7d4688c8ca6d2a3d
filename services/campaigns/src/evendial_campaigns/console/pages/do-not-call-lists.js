// Whole lists of people whom nobody calls.
import { actsColumn } from "../parts/acts-column.js";
import { Badge } from "../parts/badge.js";
import { Button } from "../parts/button.js";
import { confirm } from "../parts/confirm.js";
import { DoNotCallFrame } from "../parts/do-not-call-frame.js";
import { EmptyState } from "../parts/empty-state.js";
import { ListImportDialog } from "../parts/list-import-dialog.js";
import { ListReportDialog } from "../parts/list-report-dialog.js";
import { forWhom } from "../parts/suppression-columns.js";
import { PagedTable } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { toast } from "../parts/toast.js";
import { ZoneNote } from "../parts/zone-note.js";
import { address, del } from "../api.js";
import { go, href } from "../router.js";
import { isAdmin } from "../session.js";
import { listState, listWords, sourceWords } from "../suppression-words.js";
import { useAll } from "../use-all.js";
import { useEvery, usePaged } from "../use-loaded.js";
import { count } from "../words.js";
import { html, useState } from "../ui.js";

const PAGE = 100;
const FRESH_MS = 2000;
const isMoving = (list) => list.waiting > 0 || list.state === "running" || list.state === "deleting";

export default function DoNotCallLists() {
  const list = usePaged("/suppression-lists", {}, { limit: PAGE });
  const users = useAll("/users", "user_id", { wanted: isAdmin() });
  const [importing, setImporting] = useState(false);
  const [report, setReport] = useState(null);
  useEvery(FRESH_MS, () => list.items?.length <= PAGE && list.items.some(isMoving) && list.reload());
  const done = (made) => {
    setImporting(false);
    setReport(made);
    list.reload();
  };
  const add = (kind) => html`<${Button} kind=${kind} icon="upload" onClick=${() => setImporting(true)}>Import a list<//>`;
  return html`
    <${DoNotCallFrame} tab="Lists" actions=${add("primary")}>
      <h2 class="unseen">Lists</h2>
      <${PagedTable} list=${list} what="lists" caption="Lists" keyOf=${(row) => row.list_id} columns=${columnsOf(users, setReport, list.reload)}
        empty=${html`<${EmptyState} icon="list" title="No list yet" text="Import a register of people who are not to be called, such as a Robinson list. It can be taken back as a whole." action=${add("primary")} />`} />
      ${list.items?.length > 0 && html`<${ZoneNote} />`}
      ${importing && html`<${ListImportDialog} onDone=${done} onClose=${() => setImporting(false)} />`}
      ${report && html`<${ListReportDialog} list=${report} onClose=${() => setReport(null)} />`}
    <//>`;
}

function columnsOf(users, onReport, reload) {
  const acts = (row) => [
    { label: "Report of the import", icon: "list", run: () => onReport(row) },
    { label: "Its entries", icon: "search", run: () => go("/do-not-call", { list_id: row.list_id }) },
    { label: "Export its entries", icon: "download", href: address("/suppressions.csv", { list_id: row.list_id }) },
    { label: "Take the list back", icon: "trash", danger: true, divided: true, disabled: row.state === "running", run: () => takeBack(row, reload) },
  ];
  return [
    { key: "name", label: "Name", title: true, render: (row) => html`<a href=${href("/do-not-call", { list_id: row.list_id })}>${row.name}</a>${row.note && html`<span class="table-note">${row.note}</span>`}` },
    { key: "state", label: "State", render: (row) => html`<${Badge} ...${listState(row)} />` },
    { key: "numbers", label: "Numbers", wide: true, render: (row) => listWords(row) },
    { key: "for", label: "Holds for", render: (row) => forWhom(row, users) },
    { key: "source", label: "Why", render: (row) => html`<span class="nowrap">${sourceWords(row.source)}</span>` },
    { key: "since", label: "Since", render: (row) => html`<${Time} at=${row.created_at} form="nearly" zoned=${false} />` },
    { key: "until", label: "Until", render: (row) => (row.expires_at ? html`<${Time} at=${row.expires_at} form="nearly" zoned=${false} />` : html`<span class="faint nowrap">no end</span>`) },
    actsColumn(acts),
  ];
}

async function takeBack(row, onDone) {
  const done = await confirm({
    title: `Take “${row.name}” back?`,
    text: html`<p>${count(row.accepted, "number")} may be called again${row.owner_id === null && " by everybody"}, but for those that another list or an entry of their own keeps from it. This cannot be undone; the list can be imported anew.</p>`,
    act: "Take the list back", busy: "Taking it back …", danger: true, typed: row.name, run: () => del(`/suppression-lists/${row.list_id}`),
  });
  if (!done) return;
  toast("The list is being taken back.", { kind: "info" });
  onDone();
}
