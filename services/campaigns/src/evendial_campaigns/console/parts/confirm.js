// Asks before something is done that people may regret.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { TextInput } from "./field.js";
import { wordsOf } from "../problem.js";
import { observed } from "../observed.js";
import { html, useState } from "../ui.js";

export const question = observed(null);

/**
 * Resolves with true when it is done, false when somebody thought better of it.
 * {title, text, act: label of the button, busy: words while it runs, danger, typed: words that must be typed first,
 *  run: async, what is done while the dialog stays open; its error is shown there}.
 */
export const confirm = (asked) => new Promise((resolve) => question.set({ ...asked, resolve, key: {} }));

export function ConfirmDialog({ title, text, act, busy = "One moment …", danger, typed, run, resolve }) {
  const [written, setWritten] = useState("");
  const [running, setRunning] = useState(false);
  const [error, setError] = useState(null);
  const allowed = !typed || written.trim().toLowerCase() === typed.toLowerCase();
  const close = (answer) => {
    question.set(null);
    resolve(answer);
  };
  const submit = async (event) => {
    event.preventDefault();
    if (!allowed || running) return;
    setRunning(true);
    try {
      await run?.();
      close(true);
    } catch (caught) {
      setError(caught);
      setRunning(false);
    }
  };
  return html`
    <${Dialog} title=${title} onClose=${() => running || close(false)}>
      <form onSubmit=${submit}>
        <div class="dialog-text">${text}</div>
        ${typed && html`<label class="field"><span class="field-label">Type <b>${typed}</b> to go on</span>
          <${TextInput} value=${written} onChange=${setWritten} autocomplete="off" autocapitalize="off" spellcheck=${false} /></label>`}
        ${error && html`<${Alert} kind="error">${wordsOf(error)}<//>`}
        <div class="dialog-footer is-inside">
          <${Button} onClick=${() => close(false)} disabled=${running}>Cancel<//>
          <${Button} type="submit" kind=${danger ? "danger" : "primary"} busy=${running && busy} disabled=${!allowed}>${act}<//>
        </div>
      </form>
    <//>`;
}
