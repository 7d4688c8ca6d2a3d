// What happened, one after the other.
import { Icon } from "./icon.js";
import { Time } from "./time.js";
import { classes, html } from "../ui.js";

/**
 * entries: [{id, at, title, text, tone: good | info | wait | bad, icon, href, link: the entry's own address}], newest
 * first or last, as given; zone: whose time; marked: the id of the one that somebody was sent to; timed: the day stands above.
 */
export const Timeline = ({ entries, zone, label, marked, timed }) => html`
  <ol class="timeline" aria-label=${label}>
    ${entries.map((entry) => html`
      <li key=${entry.id} id=${entry.id ? `entry-${entry.id}` : undefined} aria-current=${entry.id === marked || undefined}
        class=${classes(entry.tone && `is-${entry.tone}`, entry.id === marked && "is-marked") || undefined}>
        <span class="timeline-mark">${entry.icon && html`<${Icon} name=${entry.icon} />`}</span>
        <div class="timeline-words">
          <p class="timeline-title">${entry.href ? html`<a href=${entry.href}>${entry.title}</a>` : entry.title}</p>
          <p class="timeline-at">${at(entry, zone, timed)}${entry.text && html` · ${entry.text}`}</p>
        </div>
      </li>`)}
  </ol>`;

function at(entry, zone, timed) {
  const form = timed ? "time" : "moment";
  const time = html`<${Time} at=${entry.at} zone=${zone} form=${form} zoned=${!timed} seconds />`;
  return entry.link ? html`<a href=${entry.link} title="The address of this entry">${time}</a>` : time;
}
