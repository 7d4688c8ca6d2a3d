// Another name for something.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { TextField } from "./field.js";
import { toast } from "./toast.js";
import { failureOf, useForm } from "../use-form.js";
import { html } from "../ui.js";

/** title; name: as it is; help: about the name; onRename(name): async, what is thrown is shown. */
export function RenameDialog({ title, name, help, onRename, onClose }) {
  const form = useForm({
    initial: { name },
    check: (values) => ({ name: !values.name.trim() && "Give it a name." }),
    submit: async (values) => {
      await onRename(values.name.trim());
      toast("Renamed.");
      onClose();
    },
  });
  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      <form class="form" onSubmit=${form.onSubmit} novalidate>
        ${form.failure && html`<${Alert} kind="error">${failureOf(form)}<//>`}
        <${TextField} form=${form} name="name" label="Name" help=${help} maxlength="200" autocomplete="off" spellcheck=${false} autofocus />
        <div class="dialog-footer is-inside">
          <${Button} onClick=${onClose}>Cancel<//>
          <${Button} type="submit" kind="primary" busy=${form.busy && "Renaming …"}>Rename<//>
        </div>
      </form>
    <//>`;
}
