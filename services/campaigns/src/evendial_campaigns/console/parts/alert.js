// What has happened and what can be done, where it belongs on the page.
import { Icon } from "./icon.js";
import { wordsOf } from "../problem.js";
import { html } from "../ui.js";

const ICONS = { error: "alert", warning: "alert", success: "check", info: "info" };

/** kind: "error" (read out at once), "warning", "success" or "info"; title; children; action: a button. */
export const Alert = ({ kind = "info", title, action, children }) => html`
  <div class=${`alert is-${kind}`} role=${kind === "error" ? "alert" : undefined}>
    <${Icon} name=${ICONS[kind]} />
    <div class="alert-words">
      ${title && html`<p class="alert-title">${title}</p>`}
      ${children && html`<div class="alert-text">${children}</div>`}
    </div>
    ${action && html`<div class="alert-action">${action}</div>`}
  </div>`;

/** Of a request that has failed; onAgain repeats it. */
export const ErrorAlert = ({ error, title, onAgain }) =>
  error && html`
    <${Alert} kind="error" title=${title}
      action=${onAgain && html`<button class="button is-small" type="button" onClick=${() => onAgain()}>Try again</button>`}>
      ${wordsOf(error)}
    <//>`;
