// Text to be taken elsewhere, with a button that copies it.
import { Button } from "./button.js";
import { Field } from "./field.js";
import { html, useRef, useState } from "../ui.js";

/** label, help, value. */
export function CopyField({ label, help, value }) {
  const input = useRef(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    input.current.select();
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // Only pages that came over https have a clipboard; the old way works everywhere.
      if (!document.execCommand("copy")) return;
    }
    setCopied(true);
  };
  return html`
    <${Field} label=${label} help=${help}>
      ${(control) => html`<span class="input-row">
        <input ref=${input} ...${control} class="input mono" readonly value=${value} onFocus=${(event) => event.target.select()} spellcheck=${false} />
        <${Button} icon=${copied ? "check" : "copy"} onClick=${copy}>${copied ? "Copied" : "Copy"}<//></span>
        <span class="unseen" role="status">${copied && "Copied"}</span>`}
    <//>`;
}
