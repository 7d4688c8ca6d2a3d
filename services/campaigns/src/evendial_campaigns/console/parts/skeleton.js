// The shape of what is being loaded, and a word for it.
import { html } from "../ui.js";

/** label: what is waited for; rows: how many lines of it. */
export const Skeleton = ({ label = "Loading", rows = 3 }) => html`
  <div class="skeleton" role="status" aria-busy="true">
    <span class="skeleton-label">${label} …</span>
    ${Array.from({ length: rows }, (_, row) => html`<span key=${row} class="skeleton-row" aria-hidden="true"></span>`)}
  </div>`;
