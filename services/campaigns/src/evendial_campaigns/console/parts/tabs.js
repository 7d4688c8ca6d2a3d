// Pages that belong together, as links.
import { html } from "../ui.js";

/** tabs: [{label, href, current}]; label: what they are about. */
export const Tabs = ({ tabs, label }) => html`
  <nav class="tabs" aria-label=${label}>
    ${tabs.map((tab) => html`<a key=${tab.href} href=${tab.href} aria-current=${tab.current ? "page" : undefined}>${tab.label}</a>`)}
  </nav>`;
