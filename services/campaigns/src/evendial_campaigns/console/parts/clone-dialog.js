// Another campaign with the same rules and actions, and no numbers.
import { TextField } from "./field.js";
import { FormDialog } from "./form-dialog.js";
import { toast } from "./toast.js";
import { post } from "../api.js";
import { go } from "../router.js";
import { useForm } from "../use-form.js";
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
    <${FormDialog} form=${form} title="Clone the campaign" act="Clone" busy="Cloning …" onClose=${onClose}>
      <p class="dialog-text">The copy has the same rules and actions, and an empty list.</p>
      <${TextField} form=${form} name="name" label="Name of the copy" autofocus />
    <//>`;
}
