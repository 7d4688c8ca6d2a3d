// Small line drawings that stand beside words; screen readers pass them over.
import { html } from "../ui.js";

const LINES = {
  alert: "M12 3.5 2.5 20h19L12 3.5zM12 10v4.5M12 17.2v.1",
  archive: "M3.5 4.5h17v4h-17zM5 8.5V19.5h14V8.5M10 12.5h4",
  back: "M14.5 5.5 8 12l6.5 6.5",
  check: "M4.5 12.5l5 5 10-11",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
  down: "M5.5 9 12 15.5 18.5 9",
  download: "M12 4v11M7 10.5l5 5 5-5M4.5 19.5h15",
  edit: "M4 20l1-4L16 5l3 3L8 19l-4 1zM14 7l3 3",
  filter: "M4 6h16M7 12h10M10 18h4",
  grip: "M8.3 6a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0M14.3 6a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0M8.3 12a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0M14.3 12a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0M8.3 18a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0M14.3 18a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 8v.1",
  key: "M8 11.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12.5 19.5 4M16 7.5l2.5 2.5",
  list: "M8.5 6h11M8.5 12h11M8.5 18h11M4.5 6v.1M4.5 12v.1M4.5 18v.1",
  menu: "M4 7h16M4 12h16M4 17h16",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  more: "M4.8 12a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0M11.3 12a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0M17.8 12a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0",
  next: "M9.5 5.5 16 12l-6.5 6.5",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20c.5-4 3.5-5.5 7.5-5.5s7 1.5 7.5 5.5",
  phone: "M6 3.5l3.5.5 1 4-2 1.5c1 2.5 3.5 5 6 6l1.5-2 4 1 .5 3.5c-1 2-3 2.5-5 2C10 18.5 5.5 14 4 8.5c-.5-2 0-4 2-5z",
  play: "M7.5 4.5v15l12-7.5-12-7.5z",
  plus: "M12 5v14M5 12h14",
  refresh: "M19.5 5v5h-5M19 10a7.5 7.5 0 1 0 .5 4",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20",
  sort: "M8 5v14M4.5 8.5 8 5l3.5 3.5M16 19V5M12.5 15.5 16 19l3.5-3.5",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  stop: "M6 6h12v12H6z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3 7 7M17 17l1.7 1.7M18.7 5.3 17 7M7 17l-1.7 1.7",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  trash: "M4.5 6.5h15M9 6.5v-2.5h6v2.5M6.5 6.5l1 13h9l1-13M10 10.5v5.5M14 10.5v5.5",
  up: "M5.5 15 12 8.5 18.5 15",
  upload: "M12 16V5M7 9.5 12 4.5l5 5M4.5 19.5h15",
};

export const Icon = ({ name }) => html`
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${LINES[name]} /></svg>`;

/** Evenly spaced calls: the mark beside the name. */
export const Mark = () => html`
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect class="mark-ground" width="32" height="32" rx="8" />
    <g class="mark-figure">
      ${[8, 16, 24].map((x) => html`<rect x=${x - 1.25} y="6" width="2.5" height="4.5" rx="1.25" /><circle cx=${x} cy="16" r="2.5" />`)}
      <rect x="6" y="23" width="20" height="2.5" rx="1.25" opacity=".6" />
    </g>
  </svg>`;
