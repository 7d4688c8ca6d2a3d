// A new API key: what it may do, then the key itself, this once.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { CopyField } from "./copy-field.js";
import { Dialog } from "./dialog.js";
import { ChoiceField, SelectField, TextField } from "./field.js";
import { FormDialog } from "./form-dialog.js";
import { post } from "../api.js";
import { LASTING, SCOPES, endOf } from "../key-words.js";
import { useForm } from "../use-form.js";
import { html, useState } from "../ui.js";

/** userId: whose; role: theirs; onDone: there is one more. */
export function KeyDialog({ userId, role, onDone, onClose }) {
  const [made, setMade] = useState(null);
  const form = useForm({
    initial: { name: "", scopes: "read", expires_at: "" },
    check: ({ name }) => ({ name: !name.trim() && "Say what it is for." }),
    submit: async ({ name, scopes, expires_at }) => {
      const { scopes: wanted } = SCOPES.find((each) => each.value === scopes);
      setMade(await post("/api-keys", { name: name.trim(), scopes: wanted, expires_at: endOf(expires_at, Date.now()), user_id: userId }));
      onDone();
    },
  });
  if (made) return html`<${Made} made=${made} onClose=${onClose} />`;
  return html`
    <${FormDialog} form=${form} title="New API key" act="Make the key" busy="Making the key …" onClose=${onClose}>
      <${TextField} form=${form} name="name" label="What it is for" maxlength="200" autocomplete="off" autofocus placeholder="Nightly report" />
      <${ChoiceField} form=${form} name="scopes" label="What it may do" options=${SCOPES.filter((each) => !each.admin || role === "admin")} />
      <${SelectField} form=${form} name="expires_at" label="How long" options=${LASTING} />
    <//>`;
}

/** Only its button closes it: the key is not shown again. */
const Made = ({ made, onClose }) => html`
  <${Dialog} title=${`The key “${made.name}”`} footer=${html`<${Button} kind="primary" onClick=${onClose}>I have it<//>`}>
    <${Alert} kind="warning" title="It is shown this once.">Copy it now to where it is used, and keep it as you keep a password. Who has it can do what it may.<//>
    <${CopyField} label="Key" value=${made.key} help=${html`Sent with each request as <code>Authorization: Bearer …</code>`} />
  <//>`;
