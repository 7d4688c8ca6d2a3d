// Sounds that campaigns play.
import { actsColumn } from "../parts/acts-column.js";
import { EmptyState } from "../parts/empty-state.js";
import { OwnerChoice } from "../parts/filter.js";
import { Listen, soundOf } from "../parts/listen.js";
import { PageHeader } from "../parts/page-header.js";
import { PromptUpload } from "../parts/prompt-upload.js";
import { RenameDialog } from "../parts/rename-dialog.js";
import { PagedTable } from "../parts/table.js";
import { patch } from "../api.js";
import { deleteAct } from "../resource-acts.js";
import { setQuery } from "../router.js";
import { isAdmin } from "../session.js";
import { useAll } from "../use-all.js";
import { usePaged } from "../use-loaded.js";
import { clock, day } from "../words.js";
import { html, useState } from "../ui.js";

const WARNINGS = { very_quiet: "was very quiet, and has been made louder", clipped: "too loud and distorted: record it again" };

export default function Prompts({ query }) {
  const admin = isAdmin();
  const list = usePaged("/prompts", { owner_id: query.owner_id });
  const users = useAll("/users", "user_id", { wanted: admin });
  const [renamed, setRenamed] = useState(null);
  const upload = () => html`<${PromptUpload} ownerId=${query.owner_id} onTaken=${list.reload} />`;
  const put = (prompt) => list.change((items) => items.map((each) => (each.prompt_id === prompt.prompt_id ? prompt : each)));
  return html`
    <${PageHeader} title="Prompts" below="Sounds that campaigns play to those who answer: WAV, MP3, OGG or FLAC, up to 10 minutes." actions=${list.items?.length > 0 && upload()} />
    ${admin && html`<div class="toolbar" role="search" aria-label="Prompts"><${OwnerChoice} value=${query.owner_id} onChoose=${(owner_id) => setQuery({ owner_id })} />
      <span class="faint small">${query.owner_id ? `What is uploaded is ${users.nameOf(query.owner_id)}'s.` : "What is uploaded is yours; choose an owner to upload for them."}</span></div>`}
    <${PagedTable} list=${list} what="prompts" caption="Prompts" keyOf=${(row) => row.prompt_id} columns=${columnsOf(admin && users, list.reload, setRenamed)}
      empty=${html`<${EmptyState} icon="sound" title="No prompt yet" text="Upload a recording; it can be heard here as those who are called will hear it. Then choose it in the actions of a campaign." action=${upload()} />`} />
    ${renamed && html`<${RenameDialog} title="Rename the prompt" name=${renamed.name} onClose=${() => setRenamed(null)}
      onRename=${async (name) => put(await patch(`/prompts/${renamed.prompt_id}`, { name }))} />`}`;
}

function columnsOf(users, reload, onRename) {
  const acts = (row) => [
    { label: "Rename", icon: "edit", run: () => onRename(row) },
    { label: "Download", icon: "download", href: soundOf(row.prompt_id) },
    deleteAct({ what: "prompt", path: `/prompts/${row.prompt_id}`, row, onDone: reload, meaning: "Campaigns that play it must be given other actions first." }),
  ];
  return [
    { key: "name", label: "Name", title: true, wide: true, render: (row) => html`${row.name}${row.warning && html`<span class="table-note">${WARNINGS[row.warning]}</span>`}` },
    ...(users ? [{ key: "owner", label: "Owner", render: (row) => users.nameOf(row.owner_id) }] : []),
    { key: "length", label: "Length", number: true, render: (row) => clock(row.duration_ms) },
    { key: "since", label: "Since", render: (row) => html`<time datetime=${row.created_at}>${day(row.created_at)}</time>` },
    { key: "listen", label: "Listen", render: (row) => html`<${Listen} prompt=${row} small />` },
    actsColumn(acts),
  ];
}
