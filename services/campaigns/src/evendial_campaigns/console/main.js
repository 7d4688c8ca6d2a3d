// The start: who is here, then the page that the address asks for.
import { App } from "./parts/app.js";
import { place } from "./router.js";
import { findSession } from "./session.js";
import { html, render } from "./ui.js";

// While the service is asked who is here; what fails is said where the page is shown.
place.get().route?.load().catch(() => {});
render(html`<${App} />`, document.getElementById("console"));
await findSession();
