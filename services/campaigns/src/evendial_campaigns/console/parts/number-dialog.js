// One number more, by hand.
import { TextAreaField, TextField } from "./field.js";
import { FormDialog } from "./form-dialog.js";
import { toast } from "./toast.js";
import { post } from "../api.js";
import { valuesOf } from "../number-words.js";
import { useForm } from "../use-form.js";
import { phone } from "../words.js";
import { html } from "../ui.js";

/** onDone(number), onClose. */
export function NumberDialog({ campaign, onDone, onClose }) {
  const form = useForm({ initial: { number: "", reference: "", variables: "" }, check, submit });

  async function submit({ number, reference, variables }) {
    const made = await post(`/campaigns/${campaign.campaign_id}/numbers`, {
      number: number.trim(), reference: reference.trim() || null, variables: valuesOf(variables),
    });
    toast(`${phone(made.e164)} is on the list.${campaign.status === "active" ? " It is called in its turn." : ""}`);
    onDone(made);
    onClose();
  }

  const region = campaign.default_region;
  const help = region ? `With its country code, or as it is dialled in ${region}.` : "With its country code: +49 151 1234567.";
  return html`
    <${FormDialog} form=${form} title="Add a number" act="Add the number" busy="Adding it …" onClose=${onClose}>
      <${TextField} form=${form} name="number" label="Number" type="tel" help=${help} autocomplete="off" autofocus />
      <${TextField} form=${form} name="reference" label="Reference" optional help="Yours, to find it again in events and files: a customer's number, say." autocomplete="off" />
      <${TextAreaField} form=${form} name="variables" label="Values kept beside it" optional rows="3" help="One a line: town=Kiel" spellcheck=${false} />
    <//>`;
}

function check({ number, variables }) {
  return { number: !/\d/.test(number) && "Enter the digits of the number.", variables: wrongValues(variables) };
}

function wrongValues(text) {
  try {
    valuesOf(text);
    return null;
  } catch (error) {
    return error.message;
  }
}
