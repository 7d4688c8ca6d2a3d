// How much a user may call, as an admin sets it.
import { Alert, ErrorAlert } from "./alert.js";
import { Button } from "./button.js";
import { CheckField } from "./field.js";
import { Caps } from "./form-limits.js";
import { LimitField } from "./limit-field.js";
import { Skeleton } from "./skeleton.js";
import { toast } from "./toast.js";
import { put, read } from "../api.js";
import { bodyOf, check, fieldsOf } from "../limit-fields.js";
import { failureOf, useForm } from "../use-form.js";
import { useLoaded } from "../use-loaded.js";
import { html } from "../ui.js";

export function LimitsCard({ userId }) {
  const path = `/users/${userId}/limits`;
  const { data, error, reload } = useLoaded((signal) => read(path, { signal }), [path]);
  return html`
    <section class="card" aria-label="Limits">
      <h2>Limits</h2>
      ${data ? html`<${Form} key=${data.version} path=${path} limits=${data.body} version=${data.version} onReload=${reload} />`
        : error ? html`<${ErrorAlert} error=${error} title="The limits could not be loaded." onAgain=${reload} />` : html`<${Skeleton} label="Loading the limits" />`}
    </section>`;
}

function Form({ path, limits, version, onReload }) {
  const form = useForm({
    initial: fieldsOf(limits),
    check,
    submit: async (fields) => {
      await put(path, bodyOf(fields), { version });
      toast("The limits are saved. They hold from the next call on.");
      await onReload();
    },
  });
  const isTheirs = form.failure?.type === "version_mismatch";
  return html`
    <form class="form" onSubmit=${form.onSubmit} novalidate>
      ${form.failure && html`<${Alert} kind=${isTheirs ? "warning" : "error"} title="They were not saved." action=${isTheirs && html`<${Button} small onClick=${onReload}>Show theirs, forget mine<//>`}>
        ${isTheirs ? "Somebody else has set them meanwhile." : failureOf(form)}<//>`}
      <div class="form-row">
        <${LimitField} form=${form} name="max_campaigns" label="Campaigns" usual="10" help="That are neither archived nor deleted." />
        <${LimitField} form=${form} name="calls_per_minute" label="Calls a minute" usual="60" help="The sum of the rates of active campaigns." />
        <${LimitField} form=${form} name="max_concurrent_calls" label="Calls at once" usual="30" help="All campaigns together." />
      </div>
      <${LimitField} form=${form} name="allowed_prefixes" label="Numbers that may be called begin with" none="Any" class="mono" help="Country codes, or more digits, with commas between: 49, 43, 4179." />
      <${CheckField} form=${form} name="premium" label="Premium-rate, shared-cost and satellite numbers may be called" help="They cost a multiple. Lists with such numbers are taken in then." />
      <${Caps} form=${form} />
      <div class="form-actions"><${Button} type="submit" kind="primary" busy=${form.busy && "Saving …"} disabled=${!form.changed}>Save the limits<//></div>
    </form>`;
}
