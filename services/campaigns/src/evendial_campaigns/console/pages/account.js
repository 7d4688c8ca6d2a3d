// Who one is here: another password, and how much one may call.
import { Alert, ErrorAlert } from "../parts/alert.js";
import { Button } from "../parts/button.js";
import { Facts } from "../parts/facts.js";
import { TextField } from "../parts/field.js";
import { PageHeader } from "../parts/page-header.js";
import { Skeleton } from "../parts/skeleton.js";
import { toast } from "../parts/toast.js";
import { get, put } from "../api.js";
import { limitFacts } from "../limit-fields.js";
import { atField } from "../problem.js";
import { failureOf, useForm } from "../use-form.js";
import { useLoaded } from "../use-loaded.js";
import { html, useState } from "../ui.js";

const PASSWORD_MIN = 12;
const EMPTY = { old_password: "", new_password: "", again: "" };

export default function Account() {
  const { data: me, error, reload } = useLoaded((signal) => get("/me", { signal }));
  const [times, setTimes] = useState(0);
  return html`
    <${PageHeader} title="Your account" below=${me && html`<span>${me.name}, signed in as ${me.role}</span>`} />
    <div class="halves">
      <${PasswordCard} key=${times} name=${me?.name} onDone=${() => setTimes(times + 1)} />
      <section class="card">
        <h2>How much you may call</h2>
        ${me ? html`<${Facts} facts=${limitFacts(me.limits)} /><p class="faint small gap-above">Admins set these limits.</p>`
          : error ? html`<${ErrorAlert} error=${error} title="Your limits could not be loaded." onAgain=${reload} />` : html`<${Skeleton} label="Loading your limits" />`}
      </section>
    </div>`;
}

function PasswordCard({ name, onDone }) {
  const form = useForm({
    initial: EMPTY,
    check: ({ old_password, new_password, again }) => ({
      old_password: !old_password && "Enter the one you have now.",
      new_password: new_password.length < PASSWORD_MIN && `Use ${PASSWORD_MIN} characters or more; some words in a row do well.`,
      again: again !== new_password && "The two are not the same.",
    }),
    submit: async ({ old_password, new_password }) => {
      await atField(put("/me/password", { old_password, new_password }), "wrong_password", "old_password", "That is not your password.");
      toast("Your password is changed. You stay signed in here, and nowhere else.");
      onDone();
    },
  });
  return html`
    <section class="card">
      <h2>Change your password</h2>
      <form class="form" onSubmit=${form.onSubmit} novalidate>
        ${form.failure && html`<${Alert} kind="error">${failureOf(form)}<//>`}
        <input class="unseen" type="text" autocomplete="username" value=${name ?? ""} readonly tabindex="-1" aria-hidden="true" />
        <${TextField} form=${form} name="old_password" label="Password now" type="password" autocomplete="current-password" />
        <${TextField} form=${form} name="new_password" label="New password" type="password" autocomplete="new-password"
          help="12 characters or more, and nothing that is easily guessed: four words in a row, say." />
        <${TextField} form=${form} name="again" label="New password once more" type="password" autocomplete="new-password" />
        <div class="form-actions"><${Button} type="submit" kind="primary" busy=${form.busy && "Changing it …"}>Change the password<//></div>
      </form>
    </section>`;
}
