// What is shown of entries that keep numbers from being called.
import { Badge } from "./badge.js";
import { Button } from "./button.js";
import { confirm } from "./confirm.js";
import { Time } from "./time.js";
import { toast } from "./toast.js";
import { del } from "../api.js";
import { href } from "../router.js";
import { isAdmin, session } from "../session.js";
import { sourceWords } from "../suppression-words.js";
import { html } from "../ui.js";

/** nameOf: of users, and of lists; onGone(row). */
export const suppressionColumns = ({ users, lists, onGone }) => [
  { key: "source", label: "How it came", title: true, render: (row) => html`${sourceWords(row.source)}
    ${row.list_id && html`<span class="table-note"><a href=${href("/do-not-call", { list_id: row.list_id })}>${lists.nameOf(row.list_id) || "a list"}</a></span>`}
    ${!row.effective && html`<span class="table-note"><${Badge} label="Not certain yet" tone="wait" /></span>`}` },
  { key: "for", label: "Holds for", render: (row) => forWhom(row, users) },
  { key: "note", label: "Note", wide: true, render: (row) => row.note ?? html`<span class="faint">–</span>` },
  { key: "since", label: "Since", render: (row) => html`<${Time} at=${row.created_at} form="nearly" zoned=${false} />` },
  { key: "until", label: "Until", render: (row) => (row.expires_at ? html`<${Time} at=${row.expires_at} form="nearly" zoned=${false} />` : html`<span class="faint nowrap">no end</span>`) },
  { key: "acts", label: "Acts", acts: true, render: (row) => mayRemove(row) && html`<${Button} small kind="quiet" icon="trash" onClick=${() => remove(row, onGone)}>Remove<//>` },
];

export const forWhom = (row, users) =>
  row.owner_id === null ? "Everybody" : row.owner_id === session.get().user_id ? "You" : users.nameOf(row.owner_id) || "a user";

const mayRemove = (row) => isAdmin() || row.owner_id !== null;

async function remove(row, onDone) {
  const done = await confirm({
    title: "Let the number be called again?",
    text: html`<p>The entry is removed${row.owner_id === null && " for everybody"}. Numbers that it kept from being called on running campaigns are called in their turn, and lists take the number again.</p>
      ${row.source === "opt_out" && html`<p><b>The person has asked not to be called.</b> Calling them may be against the law.</p>`}`,
    act: "Remove the entry", busy: "Removing it …", danger: true, run: () => del(`/suppressions/${row.suppression_id}`),
  });
  if (!done) return;
  toast("The entry is removed.");
  onDone(row);
}
