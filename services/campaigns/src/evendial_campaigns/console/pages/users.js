// Who may sign in.
import { actsColumn } from "../parts/acts-column.js";
import { Button } from "../parts/button.js";
import { EmptyState } from "../parts/empty-state.js";
import { PageHeader } from "../parts/page-header.js";
import { PagedTable } from "../parts/table.js";
import { NewUserDialog } from "../parts/user-dialogs.js";
import { UserStates } from "../parts/user-states.js";
import { wordsOf } from "../problem.js";
import { go, href } from "../router.js";
import { session } from "../session.js";
import { toast } from "../parts/toast.js";
import { usePaged } from "../use-loaded.js";
import { changeRole, disable, enable } from "../user-acts.js";
import { count, day } from "../words.js";
import { html, useState } from "../ui.js";

export default function Users() {
  const list = usePaged("/users");
  const [adding, setAdding] = useState(false);
  const put = (user) => list.change((items) => items.map((each) => (each.user_id === user.user_id ? user : each)));
  return html`
    <${PageHeader} title="Users" below="Who may sign in, and how much each may call."
      actions=${html`<${Button} kind="primary" icon="plus" onClick=${() => setAdding(true)}>New user<//>`} />
    <${PagedTable} list=${list} what="users" caption="Users" keyOf=${(row) => row.user_id} columns=${columnsOf(put)}
      empty=${html`<${EmptyState} icon="person" title="No user yet" text="Make one for everybody who is to have campaigns of their own." />`} />
    ${adding && html`<${NewUserDialog} onClose=${() => setAdding(false)} onDone=${(user) => go(`/users/${user.user_id}`)} />`}`;
}

function columnsOf(put) {
  const failed = (error) => toast(wordsOf(error), { kind: "error" });
  const acts = (row) => [
    { label: "Limits, keys, password", icon: "edit", href: href(`/users/${row.user_id}`) },
    { label: "Their campaigns", icon: "list", href: href("/campaigns", { owner_id: row.user_id }) },
    row.user_id !== session.get().user_id && { label: row.role === "user" ? "Make an admin" : "Make a user", icon: "person", divided: true, run: () => changeRole(row, put) },
    row.disabled ? { label: "Let in again", icon: "check", run: () => enable(row, put).catch(failed) }
      : row.user_id !== session.get().user_id && { label: "Shut out", icon: "close", danger: true, run: () => disable(row, put) },
  ];
  return [
    { key: "name", label: "Name", title: true, wide: true, render: (row) => html`<a href=${href(`/users/${row.user_id}`)}>${row.name}</a>${row.user_id === session.get().user_id && html`<span class="table-note">you</span>`}` },
    { key: "states", label: "Role", render: (row) => html`<${UserStates} user=${row} />` },
    { key: "active", label: "Active campaigns", render: (row) => (row.active_campaigns
      ? html`<a href=${href("/campaigns", { owner_id: row.user_id, status: "active" })}>${count(row.active_campaigns, "campaign")}</a>` : html`<span class="faint">none</span>`) },
    { key: "since", label: "Since", render: (row) => html`<time datetime=${row.created_at}>${day(row.created_at)}</time>` },
    actsColumn(acts),
  ];
}
