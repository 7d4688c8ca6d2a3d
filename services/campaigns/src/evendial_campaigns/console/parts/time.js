// A moment, in a zone that is named.
import { moment, nearly, ownZone, time } from "../words.js";
import { html } from "../ui.js";

/**
 * at: ISO 8601; zone: an IANA name (this browser's otherwise); form: "moment" (with its date), "nearly"
 * (without it if that is today) or "time" (where the day stands elsewhere); zoned=${false} where the zone stands elsewhere, in the head of the column say.
 */
export function Time({ at, zone = ownZone(), form = "moment", zoned = true, seconds = false }) {
  if (!at) return html`<span class="faint">–</span>`;
  const said = { nearly, time, moment }[form](at, zone, form === "nearly" ? undefined : { seconds });
  return html`<time datetime=${at} title=${`${moment(at, zone, { seconds: true })} ${zone}`}>${said}${zoned && html` <span class="zone">${zone}</span>`}</time>`;
}
