// The start: who is here, then the page that the address asks for.
import { App } from "./parts/app.js";
import { findSession } from "./session.js";
import { html, render } from "./ui.js";

render(html`<${App} />`, document.getElementById("console"));
await findSession();
