// The last column of a table: what can be done with a row.
import { Menu } from "./menu.js";
import { html } from "../ui.js";

/** acts(row): items of a Menu; nameOf(row): what the row is called there. */
export const actsColumn = (acts, nameOf = (row) => row.name) => ({
  key: "acts", label: "Acts", acts: true,
  render: (row) => html`<${Menu} label=${`Acts on ${nameOf(row)}`} class="is-quiet is-icon is-small" items=${acts(row)} />`,
});
