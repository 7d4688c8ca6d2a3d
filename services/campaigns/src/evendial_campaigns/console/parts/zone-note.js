// In which zone the times of a table are.
import { ownZone } from "../words.js";
import { html } from "../ui.js";

export const ZoneNote = () => html`<p class="faint small gap-above">Times are in ${ownZone()}.</p>`;
