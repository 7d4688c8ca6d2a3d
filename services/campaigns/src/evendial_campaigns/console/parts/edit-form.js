// A form on a page of its own: what is refused, its buttons, and a warning before it is left with changes.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";
import { useLeaveWarning } from "../leave-warning.js";
import { href } from "../router.js";
import { failureOf } from "../use-form.js";
import { html, useEffect, useRef } from "../ui.js";

/**
 * form: of use-form.js; label: what it is about; act: its button; back: the page it leads back to;
 * onReload, onAnyway: if somebody else has changed it meanwhile, show theirs, or save over it.
 */
export function EditForm({ form, label, act, back, onReload, onAnyway, children }) {
  const self = useRef(null);
  useEffect(() => self.current.querySelector("[autofocus]")?.focus({ preventScroll: true }), []);
  useLeaveWarning(form.changed && !form.busy);
  return html`
    <form ref=${self} class="edit-form" onSubmit=${form.onSubmit} novalidate aria-label=${label}>
      ${form.failure && html`<${Failure} form=${form} onReload=${onReload} onAnyway=${onAnyway} />`}
      ${children}
      <div class="form-bar">
        <${Button} type="submit" kind="primary" busy=${form.busy && "Saving …"}>${act}<//>
        <a class="button" href=${href(back)}>Cancel</a>
        ${Object.values(form.errors).some(Boolean) && html`<span class="field-error"><${Icon} name="alert" />Something above cannot be right yet.</span>`}
      </div>
    </form>`;
}

function Failure({ form, onReload, onAnyway }) {
  if (form.failure.type !== "version_mismatch" || !onAnyway) return html`<${Alert} kind="error" title="It was not saved.">${failureOf(form)}<//>`;
  return html`
    <${Alert} kind="warning" title="Somebody else has changed it meanwhile.">
      Saving yours leaves what you have not touched as they made it.
      <span class="row gap-above"><${Button} small onClick=${onAnyway}>Save mine<//><${Button} small onClick=${onReload}>Show theirs, forget mine<//></span>
    <//>`;
}
