// Messages that a service could not take in: to be looked at, sent once more, or dropped.
import { actsColumn } from "../parts/acts-column.js";
import { Alert } from "../parts/alert.js";
import { Button } from "../parts/button.js";
import { confirm } from "../parts/confirm.js";
import { Dialog } from "../parts/dialog.js";
import { EmptyState } from "../parts/empty-state.js";
import { Facts } from "../parts/facts.js";
import { PageHeader } from "../parts/page-header.js";
import { PagedTable } from "../parts/table.js";
import { Time } from "../parts/time.js";
import { toast } from "../parts/toast.js";
import { ZoneNote } from "../parts/zone-note.js";
import { del, post } from "../api.js";
import { usePaged } from "../use-loaded.js";
import { bytes } from "../words.js";
import { html, useState } from "../ui.js";

export default function DeadLetters() {
  const list = usePaged("/dead-letters");
  const [shown, setShown] = useState(null);
  const gone = (letter) => {
    setShown(null);
    list.change((items) => items.filter((each) => each.seq !== letter.seq));
  };
  const acts = { look: setShown, retry: (letter) => retry(letter, gone), drop: (letter) => drop(letter, gone) };
  return html`
    <${PageHeader} title="Dead letters" below="Messages that a service put aside after several tries. They stay for 14 days. Phone numbers in them are masked." />
    <${PagedTable} list=${list} what="dead letters" caption="Dead letters" keyOf=${(row) => row.seq} columns=${columnsOf(acts)}
      empty=${html`<${EmptyState} icon="check" title="Nothing was put aside" text="Every message was taken in. If one cannot be, after a mistaken update say, it waits here until it is sent once more." />`} />
    ${list.items?.length > 0 && html`<${ZoneNote} />`}
    ${shown && html`<${Letter} letter=${shown} acts=${acts} onClose=${() => setShown(null)} />`}`;
}

const columnsOf = (acts) => [
  { key: "type", label: "Message", title: true, render: (row) => html`<button class="link mono" type="button" onClick=${() => acts.look(row)}>${row.type ?? row.subject}</button>` },
  { key: "durable", label: "Not taken in by", render: (row) => html`<span class="mono">${row.durable}</span>` },
  { key: "reason", label: "Why", wide: true, render: (row) => html`<span class="clamped">${row.reason}</span>` },
  { key: "at", label: "Since", render: (row) => html`<${Time} at=${row.at} form="nearly" zoned=${false} />` },
  actsColumn((row) => [
    { label: "Look at it", icon: "search", run: () => acts.look(row) },
    { label: "Send once more", icon: "refresh", run: () => acts.retry(row) },
    { label: "Drop", icon: "trash", danger: true, divided: true, run: () => acts.drop(row) },
  ], (row) => `message ${row.seq}`),
];

const Letter = ({ letter, acts, onClose }) => html`
  <${Dialog} title=${`Message ${letter.seq}`} wide onClose=${onClose} footer=${html`
    <${Button} kind="quiet" icon="trash" onClick=${() => acts.drop(letter)}>Drop<//>
    <${Button} kind="primary" icon="refresh" onClick=${() => acts.retry(letter)}>Send once more<//>`}>
    <${Alert} kind="warning" title="Why it was not taken in">${letter.reason}<//>
    <${Facts} facts=${[
      ["Type", html`<span class="mono">${letter.type ?? "unknown"}</span>`],
      ["Subject", html`<span class="mono">${letter.subject}</span>`],
      ["Not taken in by", html`<span class="mono">${letter.durable}</span>`],
      ["Since", html`<${Time} at=${letter.at} seconds />`],
      ["Id", letter.message_id && html`<span class="mono">${letter.message_id}</span>`],
      ["Size", bytes(letter.size)],
    ]} />
    <pre class="message" tabindex="0" aria-label="What it says">${pretty(letter.body)}</pre>
  <//>`;

/** Long ones are cut, and then no JSON any more. */
function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

async function retry(letter, onDone) {
  const done = await confirm({
    title: "Send the message once more?", text: "It goes to where it was sent first, under the same id: who has handled it already passes it over. If it fails again, it comes back here.",
    act: "Send once more", busy: "Sending it …", run: () => post(`/dead-letters/${letter.seq}/retry`),
  });
  if (!done) return;
  toast("It is on its way once more.");
  onDone(letter);
}

async function drop(letter, onDone) {
  const done = await confirm({
    title: "Drop the message?", text: html`<p>What it says is never taken in by <b>${letter.durable}</b>: the outcome of a call may stay unknown, say. This cannot be undone.</p>`,
    act: "Drop the message", busy: "Dropping it …", danger: true, run: () => del(`/dead-letters/${letter.seq}`),
  });
  if (!done) return;
  toast("The message was dropped.");
  onDone(letter);
}
