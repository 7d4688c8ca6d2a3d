// Nothing is here yet: what that means, and what to do next.
import { html } from "../ui.js";
import { Icon } from "./icon.js";

/** icon, title, text, action (a link or a button). */
export const EmptyState = ({ icon, title, text, action }) => html`
  <div class="empty">
    ${icon && html`<span class="empty-icon"><${Icon} name=${icon} /></span>`}
    <h2>${title}</h2>
    ${text && html`<p>${text}</p>`}
    ${action && html`<div class="empty-action">${action}</div>`}
  </div>`;
