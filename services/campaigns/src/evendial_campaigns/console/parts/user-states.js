// What a user is, and whether they can sign in.
import { Badge } from "./badge.js";
import { html } from "../ui.js";

export const UserStates = ({ user }) => html`
  <span class="states">
    ${user.role === "admin" ? html`<${Badge} label="Admin" tone="info" />` : html`<${Badge} label="User" />`}
    ${user.disabled && html`<${Badge} label="Shut out" tone="bad" />`}
    ${!user.has_password && html`<${Badge} label="Keys alone" />`}
  </span>`;
