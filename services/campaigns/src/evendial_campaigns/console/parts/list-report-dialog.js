// What became of a list of people who are not to be called.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { Table } from "./table.js";
import { address } from "../api.js";
import { formatWords, refusalWords } from "../number-words.js";
import { listWords } from "../suppression-words.js";
import { count, number } from "../words.js";
import { html } from "../ui.js";

const COLUMNS = [
  { key: "reason", label: "Refused because", title: true, render: ([reason]) => refusalWords(reason) },
  { key: "lines", label: "Lines", number: true, render: ([, lines]) => number(lines) },
];

/** list: GET /v1/suppression-lists/{id}. */
export function ListReportDialog({ list, onClose }) {
  const refusals = Object.entries(list.refusals).sort(([, one], [, other]) => other - one);
  return html`
    <${Dialog} title=${list.name} onClose=${onClose} footer=${html`
      ${list.rejected > 0 && html`<a class="button" href=${address(`/suppression-lists/${list.list_id}/refused`)} download><${Icon} name="download" />Download the refused lines</a>`}
      <${Button} kind="primary" onClick=${onClose}>Close<//>`}>
      <div role="status"><${Alert} kind=${list.rejected || !list.accepted ? "warning" : "success"} title=${`${listWords(list)}.`}>
        ${[formatWords(list.format), list.blank > 0 && `${count(list.blank, "line")} had nothing in them.`].filter(Boolean).join(" ")}<//></div>
      ${list.waiting > 0 && html`<p>${count(list.waiting, "number")} of it will be certain not to be called in a moment; that comes by itself.</p>`}
      ${list.state === "cut_off" && html`<${Alert} kind="error" title="Only its beginning came.">What came holds. Import the list once more, then delete this one.<//>`}
      ${refusals.length > 0 && html`<${Table} caption="Refused lines by reason" columns=${COLUMNS} rows=${refusals} keyOf=${([reason]) => reason} />
        <p class="faint small">The file tells line by line what would be right; it holds no text of the lines.</p>`}
    <//>`;
}
