// Numbers that nobody calls: asking for one, adding one, and all entries.
import { Button } from "../parts/button.js";
import { DoNotCallFrame } from "../parts/do-not-call-frame.js";
import { EmptyState } from "../parts/empty-state.js";
import { Choice } from "../parts/filter.js";
import { Icon } from "../parts/icon.js";
import { suppressionColumns } from "../parts/suppression-columns.js";
import { SuppressionDialog } from "../parts/suppression-dialog.js";
import { SuppressionFind } from "../parts/suppression-find.js";
import { PagedTable } from "../parts/table.js";
import { ZoneNote } from "../parts/zone-note.js";
import { address } from "../api.js";
import { setQuery } from "../router.js";
import { isAdmin } from "../session.js";
import { SOURCES } from "../suppression-words.js";
import { useAll } from "../use-all.js";
import { usePaged } from "../use-loaded.js";
import { html, useState } from "../ui.js";

export default function DoNotCall({ query }) {
  const asked = { source: query.source, system: query.system, list_id: query.list_id };
  const list = usePaged("/suppressions", asked);
  const users = useAll("/users", "user_id", { wanted: isAdmin() });
  const lists = useAll("/suppression-lists", "list_id");
  const [adding, setAdding] = useState(null);
  const columns = (onGone) => suppressionColumns({ users, lists, onGone: (row) => (onGone(row), list.reload()) });
  const none = Object.values(asked).some(Boolean)
    ? html`<${EmptyState} icon="search" title="No entry is like that" text="Nothing fits what is chosen above." action=${html`<${Button} onClick=${() => setQuery({})}>Show all<//>`} />`
    : html`<${EmptyState} icon="phone" title="Nobody is kept from being called yet" text="Add a number when somebody asks not to be called, or import a whole list of them."
        action=${html`<${Button} kind="primary" icon="plus" onClick=${() => setAdding({})}>Add a number<//>`} />`;
  return html`
    <${DoNotCallFrame} tab="Numbers" actions=${html`<${Button} kind="primary" icon="plus" onClick=${() => setAdding({})}>Add a number<//>`}>
      <${SuppressionFind} columns=${columns} onAdd=${(number) => setAdding({ number })} />
      <h2 class="gap-above">All entries</h2>
      <${Filter} query=${query} asked=${asked} lists=${lists} />
      <${PagedTable} list=${list} what="entries" caption="Entries" keyOf=${(row) => row.suppression_id} columns=${columns(() => {})} empty=${none} />
      ${list.items?.length > 0 && html`<${ZoneNote} />`}
      ${adding && html`<${SuppressionDialog} number=${adding.number} onDone=${list.reload} onClose=${() => setAdding(null)} />`}
    <//>`;
}

function Filter({ query, asked, lists }) {
  const choose = (change) => setQuery({ ...query, ...change });
  return html`
    <div class="toolbar" role="search" aria-label="Entries">
      <${Choice} label="How they came" value=${query.source} onChoose=${(source) => choose({ source })} options=${[["", "However they came"], ...Object.entries(SOURCES)]} />
      <${Choice} label="For whom they hold" value=${query.system} onChoose=${(system) => choose({ system })}
        options=${[["", "For whomever"], ["true", "For everybody"], ["false", isAdmin() ? "For one user" : "For you"]]} />
      ${lists.items?.length > 0 && html`<${Choice} label="List" value=${query.list_id} onChoose=${(list_id) => choose({ list_id })}
        options=${[["", "Any list or none"], ...lists.items.map((each) => [each.list_id, each.name])]} />`}
      <a class="button" href=${address("/suppressions.csv", asked)} download><${Icon} name="download" />Export</a>
    </div>`;
}
