// Another campaign with the same rules and actions, and no numbers.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import { TextField } from "./field.js";
import { toast } from "./toast.js";
import { post } from "../api.js";
import { go } from "../router.js";
import { failureOf, useForm } from "../use-form.js";
import { html } from "../ui.js";

export function CloneDialog({ campaign, onClose }) {
  const form = useForm({
    initial: { name: `Copy of ${campaign.name}`.slice(0, 200) },
    check: (values) => ({ name: !values.name.trim() && "Give it a name." }),
    submit: async (values) => {
      const copy = await post(`/campaigns/${campaign.campaign_id}/clone`, { name: values.name.trim() });
      toast("The copy is made. Look through its rules, then add numbers.");
      onClose();
      go(`/campaigns/${copy.campaign_id}/edit`);
    },
  });
  return html`
    <${Dialog} title="Clone the campaign" onClose=${onClose}>
      <form onSubmit=${form.onSubmit} novalidate>
        <p class="dialog-text">The copy has the same rules and actions, and an empty list.</p>
        ${form.failure && html`<${Alert} kind="error">${failureOf(form)}<//>`}
        <${TextField} form=${form} name="name" label="Name of the copy" autofocus />
        <div class="dialog-footer is-inside">
          <${Button} onClick=${onClose}>Cancel<//>
          <${Button} type="submit" kind="primary" busy=${form.busy && "Cloning …"}>Clone<//>
        </div>
      </form>
    <//>`;
}
