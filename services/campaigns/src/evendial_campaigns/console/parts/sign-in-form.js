// Name and password.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { TextField } from "./field.js";
import { signIn } from "../session.js";
import { failureOf, useForm } from "../use-form.js";
import { html } from "../ui.js";

/** name: who must sign in again; onDone. */
export function SignInForm({ name = "", onDone }) {
  const form = useForm({
    initial: { name, password: "" },
    check: (values) => ({ name: !values.name.trim() && "Enter your name.", password: !values.password && "Enter your password." }),
    submit: async (values) => {
      await signIn(values.name.trim(), values.password);
      onDone?.();
    },
  });
  return html`
    <form class="form" onSubmit=${form.onSubmit} novalidate>
      ${form.failure && html`<${Alert} kind="error">${failureOf(form)}<//>`}
      <${TextField} form=${form} name="name" label="Name" autocomplete="username" autocapitalize="off" spellcheck=${false} autofocus=${!name} />
      <${TextField} form=${form} name="password" label="Password" type="password" autocomplete="current-password" autofocus=${Boolean(name)} />
      <${Button} type="submit" kind="primary" busy=${form.busy && "Signing in …"} class="is-block">Sign in<//>
    </form>`;
}
