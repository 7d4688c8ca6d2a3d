// Buttons that say what they do, and that they are doing it.
import { Icon } from "./icon.js";
import { classes, html } from "../ui.js";

/**
 * kind: "primary", "danger", "quiet" or none; icon: a name; busy: words for what goes on ("Saving …");
 * label: for screen readers where there is only an icon. All else goes to the <button>.
 */
export function Button({ kind, icon, busy, small, label, type = "button", disabled, onClick, children, ...rest }) {
  const only = !children || (Array.isArray(children) && children.length === 0);
  return html`
    <button ...${rest} type=${type} disabled=${disabled} aria-label=${label} title=${only ? label : rest.title}
      aria-disabled=${busy ? "true" : undefined}
      onClick=${busy ? (event) => event.preventDefault() : onClick}
      class=${classes("button", kind && `is-${kind}`, small && "is-small", only && "is-icon", busy && "is-busy", rest.class)}>
      ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} />`}
      ${busy && !only ? html`<span>${busy}</span>` : children}
    </button>`;
}
