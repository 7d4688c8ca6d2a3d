// A new IVR, or another name or context for one.
import { EditPage } from "../parts/edit-page.js";
import { TextField } from "../parts/field.js";
import { ivr } from "../resource-fields.js";
import { html } from "../ui.js";

export default ({ params }) => html`
  <${EditPage} kind=${ivr} path="/ivrs" what="IVR" id=${params.id} said="The IVR is made. It can be chosen in the actions of campaigns.">
    ${(form, made) => html`
      <section class="card form-section">
        <${TextField} form=${form} name="name" label="Name" maxlength="200" autofocus=${!made} help="How it is found in the actions of a campaign." />
        <${TextField} form=${form} name="context" label="Context" maxlength="79" autocomplete="off" autocapitalize="off" spellcheck=${false} class="mono"
          help="Of your Asterisk's dialplan. Calls go on there at extension s, priority 1. It cannot change while a campaign uses it." />
      </section>`}
  <//>`;
