// One more number that is not to be called.
import { CheckField, ChoiceField, TextField } from "./field.js";
import { FormDialog } from "./form-dialog.js";
import { toast } from "./toast.js";
import { post } from "../api.js";
import { isAdmin } from "../session.js";
import { endOfDay, tomorrow, wrongNote } from "../suppression-words.js";
import { useForm } from "../use-form.js";
import { html } from "../ui.js";

const WISHES = [
  { value: "opt_out", label: "The person asked for it" },
  { value: "api", label: "We decided so" },
];

/** number: to begin with; onDone(entry). */
export function SuppressionDialog({ number = "", onDone, onClose }) {
  const form = useForm({
    initial: { number, source: "opt_out", note: "", expires_at: "", system: false },
    check: (fields) => ({ number: !/\d/.test(fields.number) && "Enter the digits of the number.", note: wrongNote(fields.note) }),
    submit: async (fields) => {
      const entry = await post("/suppressions", {
        number: fields.number.trim(), source: fields.source, note: fields.note.trim() || null,
        expires_at: endOfDay(fields.expires_at), system: fields.system,
      });
      toast(entry.effective ? "The number is not called any more." : "The number is on the list. That no call follows is certain once an originator has answered; that comes by itself.", { kind: entry.effective ? "success" : "info" });
      onDone(entry);
      onClose();
    },
  });
  return html`
    <${FormDialog} form=${form} title="A number that is not to be called" act="Do not call it" busy="Putting it on the list …" onClose=${onClose}>
      <${TextField} form=${form} name="number" label="Number" type="tel" autocomplete="off" autofocus help="With its country code: +49 151 1234567." />
      <${ChoiceField} form=${form} name="source" label="Why" options=${WISHES} />
      <${TextField} form=${form} name="note" label="Note" optional maxlength="200" autocomplete="off" help="How you came to know: “by letter”, say. No phone number." />
      <${TextField} form=${form} name="expires_at" label="Last day" type="date" optional min=${tomorrow(Date.now())} help="From the day after it the number may be called again. Empty: never." />
      ${isAdmin() && html`<${CheckField} form=${form} name="system" label="Holds for everybody" help="No user calls the number, in any campaign." />`}
    <//>`;
}
