// What came of an act, in the row or on the page where it was done.
import { Icon } from "./icon.js";
import { html } from "../ui.js";

const ICONS = { error: "alert", warning: "alert", success: "check", info: "clock" };

/** note: {kind: error | warning | success | info, text, links: [{label, href}]}. */
export const Note = ({ note }) =>
  note && html`
    <p class=${`note is-${note.kind}`}><${Icon} name=${ICONS[note.kind]} />
      <span>${note.text}${note.links?.map((link) => html` <a key=${link.href} href=${link.href}>${link.label}</a>`)}</span></p>`;
