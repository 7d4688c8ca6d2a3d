// A whole list of people who are not to be called, on its way in.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { CheckField, ChoiceField, Field, TextField } from "./field.js";
import { ProgressBar } from "./progress-bar.js";
import { isAbort } from "../problem.js";
import { listKind } from "../number-words.js";
import { isAdmin } from "../session.js";
import { endOfDay, tomorrow, wrongNote } from "../suppression-words.js";
import { upload } from "../upload.js";
import { failureOf, useForm } from "../use-form.js";
import { html, useEffect, useRef, useState } from "../ui.js";

const LOOKED_AT = 8192;
const REGION = /^[a-z]{2}$/i;
const WHY = [
  { value: "import", label: "A register, or our decision" },
  { value: "opt_out", label: "The people asked for it" },
];

const check = (fields) => ({
  file: !fields.file && "Choose a file.",
  name: (!fields.name.trim() && "Give it a name.") || wrongNote(fields.name),
  note: wrongNote(fields.note),
  default_region: fields.default_region && !REGION.test(fields.default_region.trim()) && "Enter a country code of two letters, such as DE.",
});

/** onDone(list): GET /v1/suppression-lists/{id}. */
export function ListImportDialog({ onDone, onClose }) {
  const [share, setShare] = useState(null);
  const control = useRef(null);
  useEffect(() => () => control.current?.abort(), []);
  const form = useForm({ initial: { file: null, name: "", source: "import", note: "", expires_at: "", default_region: "", system: false }, check, submit: send });

  async function send(fields) {
    const kind = listKind(fields.file.name, await fields.file.slice(0, LOOKED_AT).text());
    if (kind.problem) throw Object.assign(new Error(kind.problem), { problem: kind.problem });
    control.current = new AbortController();
    setShare(0);
    try {
      onDone(await upload("/suppression-lists", fields.file, {
        type: kind.type, signal: control.current.signal, onProgress: setShare,
        query: {
          name: fields.name.trim(), source: fields.source, note: fields.note.trim(), expires_at: endOfDay(fields.expires_at),
          default_region: fields.default_region.trim().toUpperCase(), ...(fields.system && { system: true }),
        },
      }));
    } finally {
      setShare(null);
    }
  }
  const failure = form.failure && !isAbort(form.failure) && (form.failure.problem ?? failureOf(form));
  return html`
    <${Dialog} title="Import a list" onClose=${share === null ? onClose : undefined}>
      <form class="form" onSubmit=${form.onSubmit} novalidate>
        ${failure && html`<${Alert} kind="error" title="It did not come in whole.">${failure}<//>`}
        <${FileField} form=${form} />
        <${TextField} form=${form} name="name" label="Name" maxlength="200" autocomplete="off" help="How you find it again: the register and its date, say." />
        <${ChoiceField} form=${form} name="source" label="Why" options=${WHY} />
        <div class="form-row">
          <${TextField} form=${form} name="expires_at" label="Last day" type="date" optional min=${tomorrow(Date.now())} help="From the day after it they may be called again." />
          <${TextField} form=${form} name="default_region" label="Country of national numbers" optional maxlength="2" class="is-number" placeholder="DE" help="0151 … with DE is +49 151 …" />
        </div>
        <${TextField} form=${form} name="note" label="Note" optional maxlength="200" autocomplete="off" />
        ${isAdmin() && html`<${CheckField} form=${form} name="system" label="Holds for everybody" help="No user calls them, in any campaign." />`}
        ${share !== null && html`<${ProgressBar} share=${share < 1 ? share : null} label="Upload" words=${share < 1 ? undefined : "Reading the list …"} />`}
        <div class="dialog-footer is-inside">
          <${Button} onClick=${() => (share === null ? onClose() : control.current.abort())}>Cancel<//>
          <${Button} type="submit" kind="primary" busy=${form.busy && "Importing …"}>Import<//>
        </div>
      </form>
    <//>`;
}

function FileField({ form }) {
  const choose = (file) => {
    form.set("file", file ?? null);
    if (file && !form.values.name) form.set("name", file.name.replace(/\.\w+$/, "").slice(0, 200));
  };
  return html`
    <${Field} label="File" name="file" error=${form.errors.file} help="One number a line, or CSV with a column of numbers.">
      ${(control) => html`<input ...${control} class="input" type="file" accept=".csv,.txt,text/csv,text/plain" onChange=${(event) => choose(event.target.files[0])} />`}
    <//>`;
}
