// A list on its way in: dropped, chosen or pasted; how far it is; what became of it.
import { Alert, ErrorAlert } from "./alert.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";
import { ImportReport } from "./import-report.js";
import { PasteDialog } from "./paste-dialog.js";
import { ProgressBar } from "./progress-bar.js";
import { get, isAbort } from "../api.js";
import { fileWords, listKind } from "../number-words.js";
import { upload } from "../upload.js";
import { useEvery } from "../use-loaded.js";
import { count, percent } from "../words.js";
import { classes, html, useEffect, useRef, useState } from "../ui.js";

const LOOKED_AT = 8192;
const ASK_EVERY_MS = 1000;
const IDLE = { step: "idle" };

/** campaign; small: a list is there already; onChange: the list is another one now. */
export function ListDrop({ campaign, small, onChange }) {
  const [state, setState] = useState(IDLE);
  const control = useRef(null);
  const path = `/campaigns/${campaign.campaign_id}`;
  useEffect(() => () => control.current?.abort(), []);

  const send = async (file) => {
    const kind = listKind(file.name, await file.slice(0, LOOKED_AT).text());
    if (kind.problem) return setState({ step: "idle", problem: kind.problem, file });
    control.current = new AbortController();
    setState({ step: "sending", file, share: 0 });
    try {
      const report = await upload(`${path}/numbers/import`, file, {
        type: kind.type,
        signal: control.current.signal,
        onProgress: (share) => setState((before) => ({ ...before, share })),
      });
      setState({ step: "done", report });
      onChange();
    } catch (error) {
      setState({ step: "idle", error: isAbort(error) ? null : error, file, again: () => send(file) });
    }
  };

  if (state.step === "sending") return html`<${Sending} ...${state} path=${path} onCancel=${() => control.current.abort()} />`;
  return html`
    ${state.problem && html`<${Alert} kind="error" title=${`${state.file.name} was not imported.`}>${state.problem}<//>`}
    <${ErrorAlert} error=${state.error} title=${state.file && `${state.file.name} was not imported.`} onAgain=${state.again} />
    ${state.step === "done" && html`<${ImportReport} report=${state.report} campaign=${campaign} onChange=${onChange} onClose=${() => setState(IDLE)} />`}
    <${DropZone} small=${small} onFile=${send} />`;
}

function Sending({ file, share, path, onCancel }) {
  const [read, setRead] = useState(null);
  useEvery(ASK_EVERY_MS, async () => {
    const { items } = await get(`${path}/imports`, { query: { limit: 1 } }).catch(() => ({ items: [] }));
    if (items[0]?.state === "running") setRead(items[0].lines);
  });
  const sent = share >= 1;
  const lines = read !== null && `${count(read, "line")} read`;
  const words = [sent ? "Sent; the numbers are being checked" : `${percent(share)} sent`, lines].filter(Boolean).join(", ");
  return html`
    <section class="card list-sending" aria-label="Import">
      <p class="list-sending-file">Importing <b>${fileWords(file)}</b></p>
      <${ProgressBar} share=${sent ? null : share} label=${`Importing ${file.name}`} words=${words} />
      <p class="faint">The list is taken as a whole: if the page is closed now, nothing of it is.</p>
      <${Button} small onClick=${onCancel}>Cancel<//>
    </section>`;
}

function DropZone({ small, onFile }) {
  const [over, setOver] = useState(false);
  const [pasting, setPasting] = useState(false);
  const input = useRef(null);
  useEffect(() => keepTheBrowserFromOpening(), []);
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  const choose = (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file) onFile(file);
  };
  return html`
    <section class=${classes("list-drop", small && "is-small", over && "is-over")} aria-label="Import a list"
      onDragEnter=${() => setOver(true)} onDragOver=${(event) => event.preventDefault()}
      onDragLeave=${(event) => event.currentTarget.contains(event.relatedTarget) || setOver(false)} onDrop=${drop}>
      <span class="list-drop-icon"><${Icon} name="upload" /></span>
      <div class="list-drop-words">
        <p class="list-drop-title">${over ? "Let go to import it" : "Import a list"}</p>
        <p class="faint">Drop a file here: CSV with a column of numbers, or text with one number a line</p>
      </div>
      <div class="row">
        <${Button} icon="list" onClick=${() => input.current.click()}>Choose a file<//>
        <${Button} kind="quiet" onClick=${() => setPasting(true)}>Paste numbers<//>
      </div>
      <input ref=${input} type="file" class="unseen" tabindex="-1" aria-label="List of numbers" accept=".csv,.tsv,.txt,text/csv,text/plain" onChange=${choose} />
      ${pasting && html`<${PasteDialog} onClose=${() => setPasting(false)} onFile=${onFile} />`}
    </section>`;
}

/** A file that misses the zone would be shown instead of the page. */
function keepTheBrowserFromOpening() {
  const keep = (event) => event.preventDefault();
  for (const kind of ["dragover", "drop"]) addEventListener(kind, keep);
  return () => ["dragover", "drop"].forEach((kind) => removeEventListener(kind, keep));
}
