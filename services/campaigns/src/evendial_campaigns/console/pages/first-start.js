// The first admin, made with the token that the service prints at its start.
import { Alert } from "../parts/alert.js";
import { Button } from "../parts/button.js";
import { TextField } from "../parts/field.js";
import { Mark } from "../parts/icon.js";
import { PageHeader } from "../parts/page-header.js";
import { href } from "../router.js";
import { HOME } from "../routes.js";
import { useObserved } from "../observed.js";
import { firstAdminNeeded, makeFirstAdmin } from "../session.js";
import { failureOf, useForm } from "../use-form.js";
import { html } from "../ui.js";

const PASSWORD_MIN = 12;

const check = ({ token, name, password, again }) => ({
  token: !token.trim() && "Paste the token from the service's output.",
  name: !name.trim() && "Choose a name to sign in with.",
  password: password.length < PASSWORD_MIN && `Use ${PASSWORD_MIN} characters or more; some words in a row do well.`,
  again: again !== password && "The two are not the same.",
});

export default function FirstStart({ query }) {
  const needed = useObserved(firstAdminNeeded);
  const form = useForm({
    initial: { token: query.token ?? "", name: "", password: "", again: "" },
    check,
    submit: async ({ token, name, password }) => {
      await makeFirstAdmin(token.trim(), name.trim(), password);
      location.replace(`#${HOME}`);
    },
  });
  return html`
    <section class="gate">
      <div class="gate-brand"><${Mark} />Evendial</div>
      <${PageHeader} title="Welcome" below="Make the first admin. Admins make the other users, devices and trunks." />
      ${needed || html`<${Alert} kind="info" title="There is an admin already.">
        <a href=${href("/sign-in")}>Sign in</a>, or ask them for an account.<//>`}
      <form class="form" onSubmit=${form.onSubmit} novalidate>
        ${form.failure && html`<${Alert} kind="error">${failureOf(form)}<//>`}
        <${TextField} form=${form} name="token" label="Token" autocomplete="off" spellcheck=${false}
          help="The service prints it when it starts, on its standard output. It is good for one admin." />
        <${TextField} form=${form} name="name" label="Name" autocomplete="username" autocapitalize="off" spellcheck=${false} />
        <${TextField} form=${form} name="password" label="Password" type="password" autocomplete="new-password"
          help="12 characters or more, and nothing that is easily guessed: four words in a row, say." />
        <${TextField} form=${form} name="again" label="Password once more" type="password" autocomplete="new-password" />
        <${Button} type="submit" kind="primary" busy=${form.busy && "Making the admin …"} class="is-block">Make the admin and sign in<//>
      </form>
    </section>`;
}
