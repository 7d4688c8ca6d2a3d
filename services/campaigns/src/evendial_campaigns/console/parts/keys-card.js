// The API keys of one user.
import { Button } from "./button.js";
import { confirm } from "./confirm.js";
import { EmptyState } from "./empty-state.js";
import { KeyDialog } from "./key-dialog.js";
import { PagedTable } from "./table.js";
import { Time } from "./time.js";
import { toast } from "./toast.js";
import { ZoneNote } from "./zone-note.js";
import { del } from "../api.js";
import { scopesInWords } from "../key-words.js";
import { session } from "../session.js";
import { usePaged } from "../use-loaded.js";
import { count } from "../words.js";
import { html, useState } from "../ui.js";

/** userId: whose; role, name: theirs. */
export function KeysCard({ userId, role, name }) {
  const list = usePaged("/api-keys", { user_id: userId });
  const [adding, setAdding] = useState(false);
  const own = userId === session.get().user_id;
  const revocable = list.items?.filter((each) => !each.from_setting).length ?? 0;
  return html`
    <section class="stack" aria-label="API keys">
      <div class="row is-apart"><h2>API keys</h2>
        <span class="row">
          ${revocable > 1 && html`<${Button} kind="quiet" icon="trash" onClick=${() => revokeAll(userId, own ? "your" : `${name}'s`, list.reload)}>Revoke all<//>`}
          <${Button} icon="plus" onClick=${() => setAdding(true)}>New key<//></span></div>
      <${PagedTable} list=${list} what="keys" caption="API keys" keyOf=${(row) => row.key_id} columns=${columnsOf(role, list.reload)}
        empty=${html`<${EmptyState} icon="key" title="No key yet" text=${`Scripts and other programs use a key in place of ${own ? "your" : "a"} password. Give each program one of its own.`}
          action=${html`<${Button} kind="primary" icon="plus" onClick=${() => setAdding(true)}>Make a key<//>`} />`} />
      ${list.items?.length > 0 && html`<${ZoneNote} />`}
      ${adding && html`<${KeyDialog} userId=${userId} role=${role} onDone=${list.reload} onClose=${() => setAdding(false)} />`}
    </section>`;
}

const columnsOf = (role, reload) => [
  { key: "name", label: "What it is for", title: true, wide: true, render: (row) => row.name },
  { key: "scopes", label: "It may", render: (row) => scopesInWords(row.scopes, role) },
  { key: "made", label: "Made", render: (row) => html`<${Time} at=${row.created_at} form="nearly" zoned=${false} />` },
  { key: "used", label: "Last used", render: (row) => (row.last_used_at ? html`<${Time} at=${row.last_used_at} form="nearly" zoned=${false} />` : html`<span class="faint">never</span>`) },
  { key: "until", label: "Holds until", render: (row) => (row.expires_at ? html`<${Time} at=${row.expires_at} form="nearly" zoned=${false} />` : html`<span class="faint">no end</span>`) },
  { key: "acts", label: "Acts", acts: true, render: (row) => (row.from_setting ? html`<span class="faint small">in the service's settings</span>`
    : html`<${Button} small kind="quiet" icon="trash" onClick=${() => revoke(row, reload)}>Revoke<span class="unseen">${` ${row.name}`}</span><//>`) },
];

async function revoke(row, onDone) {
  const done = await confirm({
    title: `Revoke the key “${row.name}”?`, text: "What uses it is refused from the next request on. This cannot be undone; a new key is another one.",
    act: "Revoke the key", busy: "Revoking it …", danger: true, run: () => del(`/api-keys/${row.key_id}`),
  });
  if (!done) return;
  toast(`“${row.name}” holds no longer.`);
  onDone();
}

async function revokeAll(userId, whose, onDone) {
  let told;
  const done = await confirm({
    title: `Revoke all ${whose} keys?`, text: "Every program that uses one of them is refused from the next request on. This cannot be undone.",
    act: "Revoke all", busy: "Revoking them …", danger: true, run: async () => (told = await del("/api-keys", { query: { user_id: userId } })),
  });
  if (!done) return;
  toast(`${count(told.revoked.length, "key")} revoked.`);
  onDone();
}
