// Short news that need no answer: they stay for some seconds, longer while they are pointed at.
import { Icon } from "./icon.js";
import { observed } from "../observed.js";
import { html, useEffect, useState } from "../ui.js";

const STAYS_MS = 6000;
const AT_ONCE = 3;
let next = 1;

export const toasts = observed([]);

/** kind: "success", "info" or "error" (stays until it is closed). action: {label, run}, or {label, href}. */
export function toast(text, { kind = "success", action } = {}) {
  toasts.set([...toasts.get(), { id: next++, text, kind, action }].slice(-AT_ONCE));
}

const drop = (id) => toasts.set(toasts.get().filter((each) => each.id !== id));

export function Toast({ id, text, kind, action }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held || kind === "error") return;
    const timer = setTimeout(() => drop(id), STAYS_MS);
    return () => clearTimeout(timer);
  }, [held, kind]);
  return html`
    <div class=${`toast is-${kind}`} onMouseEnter=${() => setHeld(true)} onMouseLeave=${() => setHeld(false)}
      onFocusIn=${() => setHeld(true)} onFocusOut=${() => setHeld(false)}>
      <${Icon} name=${kind === "success" ? "check" : kind === "error" ? "alert" : "info"} />
      <p>${text}</p>
      ${action?.href && html`<a class="button is-small" href=${action.href} onClick=${() => drop(id)}>${action.label}</a>`}
      ${action?.run && html`<button class="button is-small" type="button" onClick=${() => (drop(id), action.run())}>${action.label}</button>`}
      <button class="button is-quiet is-icon is-small" type="button" aria-label="Close" onClick=${() => drop(id)}><${Icon} name="close" /></button>
    </div>`;
}
