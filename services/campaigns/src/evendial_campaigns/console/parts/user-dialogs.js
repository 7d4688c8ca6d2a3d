// A new user, and another name or password for one.
import { ChoiceField, TextField } from "./field.js";
import { FormDialog } from "./form-dialog.js";
import { toast } from "./toast.js";
import { patch, post } from "../api.js";
import { atField } from "../problem.js";
import { useForm } from "../use-form.js";
import { html } from "../ui.js";

const PASSWORD_MIN = 12;
const ROLES = [
  { value: "user", label: "User", help: "Has campaigns of their own, and sees those alone." },
  { value: "admin", label: "Admin", help: "Sees and changes everything, users and trunks included." },
];
const wrongName = (name) => !name.trim() && "Enter a name to sign in with.";
const wrongPassword = (password) => password.length < PASSWORD_MIN && `Use ${PASSWORD_MIN} characters or more; some words in a row do well.`;

const Password = ({ form, ...rest }) => html`
  <${TextField} form=${form} name="password" label="Password" autocomplete="off" autocapitalize="off" spellcheck=${false} ...${rest} />`;

/** onDone(user). */
export function NewUserDialog({ onDone, onClose }) {
  const form = useForm({
    initial: { name: "", role: "user", password: "" },
    check: ({ name, password }) => ({ name: wrongName(name), password: password !== "" && wrongPassword(password) }),
    submit: async ({ name, role, password }) => {
      const made = await atField(post("/users", { name: name.trim(), role, password: password || null }), "name_taken", "name");
      toast(password ? `${made.name} can sign in.` : `${made.name} is made, and signs in with API keys alone.`);
      onDone(made);
    },
  });
  return html`
    <${FormDialog} form=${form} title="New user" act="Make the user" busy="Making the user …" onClose=${onClose}>
      <${TextField} form=${form} name="name" label="Name" maxlength="200" autocomplete="off" autocapitalize="off" spellcheck=${false} autofocus help="They sign in with it." />
      <${ChoiceField} form=${form} name="role" label="Role" options=${ROLES} />
      <${Password} form=${form} optional help="To hand over; they can change it. Empty: they sign in with API keys alone." />
    <//>`;
}

export function PasswordDialog({ user, onDone, onClose }) {
  const form = useForm({
    initial: { password: "" },
    check: ({ password }) => ({ password: wrongPassword(password) }),
    submit: async ({ password }) => {
      onDone(await patch(`/users/${user.user_id}`, { password }));
      toast(`${user.name} has a new password. Their sessions have ended.`);
      onClose();
    },
  });
  return html`
    <${FormDialog} form=${form} title=${`New password for ${user.name}`} act="Set the password" busy="Setting it …" onClose=${onClose}>
      <${Password} form=${form} autofocus help="To hand over. It replaces the one they have, and ends their sessions." />
    <//>`;
}
