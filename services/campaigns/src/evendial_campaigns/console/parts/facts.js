// Names and values, one below the other.
import { html } from "../ui.js";

/** facts: [[name, value], …]; what has no value is left out. */
export const Facts = ({ facts }) => html`
  <dl class="facts">
    ${facts.filter(([, value]) => value !== null && value !== undefined && value !== false).map(([name, value]) => html`
      <div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
