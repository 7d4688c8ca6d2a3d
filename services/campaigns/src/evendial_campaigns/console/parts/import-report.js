// What became of a list: how many numbers, and each refused line with its reason.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { confirm } from "./confirm.js";
import { Icon } from "./icon.js";
import { Table } from "./table.js";
import { toast } from "./toast.js";
import { address, del } from "../api.js";
import { formatWords, refusalWords, reportWords } from "../number-words.js";
import { count, number } from "../words.js";
import { html } from "../ui.js";

const SHOWN = 50;
const COLUMNS = [
  { key: "line", label: "Line", number: true, render: (row) => number(row.line) },
  { key: "reason", label: "Reason", title: true, render: (row) => refusalWords(row.reason) },
  { key: "detail", label: "What would be right", wide: true, render: (row) => row.detail },
];

/** report: GET /v1/imports/{id}; onChange: it was undone; onClose. */
export const ImportReport = ({ report, campaign, onChange, onClose }) => html`
  <section class="card import-report" aria-label="Report of the import">
    <h2 class="unseen">Report of the import</h2>
    <div role="status"><${Alert} kind=${report.rejected || !report.accepted ? "warning" : "success"} title=${`${reportWords(report)}.`}>
      ${[formatWords(report.format), report.blank > 0 && `${count(report.blank, "line")} had nothing in them.`].filter(Boolean).join(" ")}
    <//></div>
    ${report.rejections.length > 0 && html`<${Refused} report=${report} />`}
    <div class="row">
      ${report.rejections.length > 0 && html`<${RefusedLink} id=${report.import_id} />`}
      ${onClose && html`<${Button} kind="quiet" onClick=${onClose}>Close the report<//>`}
      ${report.accepted > 0 && !report.undone_at && html`<${Button} kind="quiet" icon="trash" onClick=${() => undo(report, campaign, () => (onClose?.(), onChange()))}>Undo the import<//>`}
    </div>
  </section>`;

const Refused = ({ report }) => html`
  <h3>Refused lines</h3>
  <${Table} columns=${COLUMNS} rows=${report.rejections.slice(0, SHOWN)} keyOf=${(row) => row.line} caption="Refused lines" />
  ${report.rejected > SHOWN && html`<p class="faint">The first ${SHOWN} of ${number(report.rejected)} are shown.</p>`}`;

/** The refused lines as a file. */
const RefusedLink = ({ id }) => html`
  <a class="button" href=${address(`/imports/${id}/refused`)} download><${Icon} name="download" />Download the refused lines</a>`;

/** Takes off what came with an import, after a question. */
export async function undo(report, campaign, onDone) {
  let told;
  const done = await confirm({
    title: "Undo the import?",
    text: html`<p>What came with this list is taken off again: ${count(report.accepted, "number")}, but for those that were called meanwhile.
      This cannot be undone; the list can be imported anew.</p>
      ${campaign.status === "active" && html`<p>The campaign must be stopped for that.</p>`}`,
    act: "Undo the import",
    busy: "Taking them off …",
    danger: true,
    run: async () => (told = await del(`/imports/${report.import_id}`)),
  });
  if (!done) return;
  const kept = told.kept ? `; ${count(told.kept, "number")} had been called and stayed` : "";
  toast(`The import was undone: ${count(told.removed, "number")} taken off${kept}.`);
  onDone();
}
