// A question or a form over the page.
import { ConnectionBar } from "./connection-bar.js";
import { Icon } from "./icon.js";
import { html, useEffect, useId, useRef } from "../ui.js";

/** title; onClose (Escape and the cross; without it only the dialog's own buttons close it); footer: its buttons. */
export function Dialog({ title, onClose, footer, wide, children }) {
  const dialog = useRef(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose?.();
  };
  // A browser may close it all the same, at a second Escape for example.
  const closed = () => (onClose ? onClose() : dialog.current.showModal());
  return html`
    <dialog ref=${dialog} class=${wide ? "dialog is-wide" : "dialog"} aria-labelledby=${heading} onCancel=${cancel} onClose=${closed}>
      <header class="dialog-header">
        <h2 id=${heading}>${title}</h2>
        ${onClose && html`<button class="button is-quiet is-icon" type="button" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button>`}
      </header>
      <${ConnectionBar} inside />
      <div class="dialog-body">${children}</div>
      ${footer && html`<footer class="dialog-footer">${footer}</footer>`}
    </dialog>`;
}
