// A form over the page, with the two buttons that end it.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { failureOf } from "../use-form.js";
import { html } from "../ui.js";

/** form: of useForm; act: label of the button that sends it; busy: words while it does. children: its fields. */
export const FormDialog = ({ form, title, act, busy, onClose, children }) => html`
  <${Dialog} title=${title} onClose=${onClose}>
    <form class="form" onSubmit=${form.onSubmit} novalidate>
      ${form.failure && html`<${Alert} kind="error">${failureOf(form)}<//>`}
      ${children}
      <div class="dialog-footer is-inside">
        <${Button} onClick=${onClose}>Cancel<//>
        <${Button} type="submit" kind="primary" busy=${form.busy && busy}>${act}<//>
      </div>
    </form>
  <//>`;
