// A phone number: digits that stay together and can be compared.
import { phone } from "../words.js";
import { html } from "../ui.js";

export const Phone = ({ e164 }) => html`<span class="phone">${phone(e164)}</span>`;
