// Numbers from the clipboard, as a list.
import { TextAreaField } from "./field.js";
import { FormDialog } from "./form-dialog.js";
import { useForm } from "../use-form.js";
import { html } from "../ui.js";

/** onFile(file): the list, as if it had been dropped. */
export function PasteDialog({ onFile, onClose }) {
  const form = useForm({
    initial: { text: "" },
    check: ({ text }) => ({ text: !/\d/.test(text) && "Paste at least one number." }),
    submit: async ({ text }) => {
      onClose();
      onFile(new File([text], "Pasted numbers"));
    },
  });
  return html`
    <${FormDialog} form=${form} title="Paste numbers" act="Import" onClose=${onClose}>
      <${TextAreaField} form=${form} name="text" label="Numbers" rows="10" help="One a line, or rows copied from a spreadsheet with their headings." spellcheck=${false} />
    <//>`;
}
