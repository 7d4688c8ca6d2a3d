// Another name for something.
import { TextField } from "./field.js";
import { FormDialog } from "./form-dialog.js";
import { toast } from "./toast.js";
import { useForm } from "../use-form.js";
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
    <${FormDialog} form=${form} title=${title} act="Rename" busy="Renaming …" onClose=${onClose}>
      <${TextField} form=${form} name="name" label="Name" help=${help} maxlength="200" autocomplete="off" spellcheck=${false} autofocus />
    <//>`;
}
