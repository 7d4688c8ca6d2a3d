// What happened, one after the other.
import { Icon } from "./icon.js";
import { Time } from "./time.js";
import { html } from "../ui.js";

/** entries: [{id, at, title, text, tone: good | info | wait | bad, icon, href}]; zone: whose time. Newest first or last, as given. */
export const Timeline = ({ entries, zone, label }) => html`
  <ol class="timeline" aria-label=${label}>
    ${entries.map((entry) => html`
      <li key=${entry.id} id=${entry.id ? `entry-${entry.id}` : undefined} class=${entry.tone ? `is-${entry.tone}` : undefined}>
        <span class="timeline-mark">${entry.icon && html`<${Icon} name=${entry.icon} />`}</span>
        <div class="timeline-words">
          <p class="timeline-title">${entry.href ? html`<a href=${entry.href}>${entry.title}</a>` : entry.title}</p>
          ${entry.text && html`<div class="timeline-text">${entry.text}</div>`}
          <p class="timeline-at"><${Time} at=${entry.at} zone=${zone} seconds /></p>
        </div>
      </li>`)}
  </ol>`;
