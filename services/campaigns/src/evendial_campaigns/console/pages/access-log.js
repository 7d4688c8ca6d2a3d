// Who signed in, who failed to, and who changed users, limits and keys.
import { Badge } from "../parts/badge.js";
import { EmptyState } from "../parts/empty-state.js";
import { Choice } from "../parts/filter.js";
import { PageHeader } from "../parts/page-header.js";
import { PagedTable } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { ZoneNote } from "../parts/zone-note.js";
import { deed, means } from "../access-words.js";
import { href, setQuery } from "../router.js";
import { useAll } from "../use-all.js";
import { usePaged } from "../use-loaded.js";
import { html } from "../ui.js";

export default function AccessLog({ query }) {
  const list = usePaged("/access-log", { user_id: query.user_id });
  const users = useAll("/users", "user_id");
  const people = (users.items ?? []).map((user) => [user.user_id, user.name]);
  return html`
    <${PageHeader} title="Access log" below="Sign-ins, failed ones too, and changes of users, limits and keys. Nothing is ever taken out of it." />
    <div class="toolbar" role="search" aria-label="Access log">
      <${Choice} label="Whom it concerns" value=${query.user_id} onChoose=${(user_id) => setQuery({ user_id })} options=${[["", "Everybody"], ...people]} />
    </div>
    <${PagedTable} list=${list} what="entries" caption="Access log" keyOf=${(row) => list.items.indexOf(row)} columns=${columnsOf(users)}
      empty=${html`<${EmptyState} icon="clock" title="Nothing yet" text="Who signs in, and who changes users, limits and keys, stands here." />`} />
    <${ZoneNote} />`;
}

const columnsOf = (users) => [
  { key: "what", label: "What", title: true, render: (row) => html`<${Badge} ...${deed(row.what)} />` },
  { key: "who", label: "Who", render: (row) => html`<${Who} id=${row.user_id} users=${users} />${means(row) && html`<span class="table-note">${means(row)}</span>`}` },
  { key: "about", label: "About", wide: true, render: (row) => (row.about_user_id && row.about_user_id !== row.user_id ? html`<${Who} id=${row.about_user_id} users=${users} />` : html`<span class="faint">–</span>`) },
  { key: "from", label: "From", render: (row) => html`<span class="mono">${row.address}</span>` },
  { key: "at", label: "When", render: (row) => html`<${Time} at=${row.at} seconds zoned=${false} />` },
];

const Who = ({ id, users }) =>
  id ? html`<a href=${href(`/users/${id}`)}>${users.nameOf(id) || "a user"}</a>` : html`<span class="faint">nobody known</span>`;
