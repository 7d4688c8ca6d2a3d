// A new trunk, or another endpoint and rate for one.
import { EditPage } from "../parts/edit-page.js";
import { NumberField, TextField } from "../parts/field.js";
import { trunk } from "../resource-fields.js";
import { html } from "../ui.js";

export default ({ params }) => html`
  <${EditPage} kind=${trunk} path="/trunks" what="trunk" id=${params.id} said="The trunk is made. Devices can place their calls through it.">
    ${(form, made) => html`
      <section class="card form-section">
        <h2>What it is</h2>
        <${TextField} form=${form} name="name" label="Name" maxlength="200" autofocus=${!made} help="How admins find it again: the carrier's name, say." />
        <div class="form-row">
          <${TextField} form=${form} name="endpoint" label="PJSIP endpoint" maxlength="64" autocomplete="off" autocapitalize="off" spellcheck=${false} class="mono"
            help="As it is called in the settings of your Asterisk." />
          <${TextField} form=${form} name="pool" label="Pool" maxlength="32" autocomplete="off" autocapitalize="off" spellcheck=${false} class="mono"
            help="Whose originators dial through it. “default” unless you run several Asterisks." />
        </div>
      </section>
      <section class="card form-section">
        <h2>How much it carries</h2>
        <div class="form-row">
          <${NumberField} form=${form} name="calls_per_second" label="Calls a second" unit="at most" min="1" max="10000"
            help="What your carrier lets you start. All campaigns together never start more." />
          <${NumberField} form=${form} name="max_concurrent_calls" label="Calls at once" optional unit="at most" min="1" max="100000"
            help="Its channels. Empty: no limit of its own." />
        </div>
        ${made && html`<p class="faint">Other rates hold for the calls that are planned from now on, within two seconds.</p>`}
      </section>`}
  <//>`;
