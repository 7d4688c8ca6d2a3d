// Whether a number may be called.
import { Alert } from "./alert.js";
import { Button } from "./button.js";
import { TextField } from "./field.js";
import { Table } from "./table.js";
import { post } from "../api.js";
import { failureOf, useForm } from "../use-form.js";
import { html, useState } from "../ui.js";

/** columns(onGone): of the entries that are found; onAdd(number). */
export function SuppressionFind({ columns, onAdd }) {
  const [found, setFound] = useState(null);
  const form = useForm({
    initial: { number: "" },
    check: ({ number }) => ({ number: !/\d/.test(number) && "Enter the digits of a number." }),
    submit: async ({ number }) => setFound({ number: number.trim(), items: (await post("/suppressions/find", { number: number.trim() })).items }),
  });
  const gone = (row) => setFound((before) => ({ ...before, items: before.items.filter((each) => each !== row) }));
  return html`
    <section class="card find" aria-label="Find a number">
      <form onSubmit=${form.onSubmit} novalidate class="find-form">
        <${TextField} form=${form} name="number" label="May this number be called?" type="tel" autocomplete="off" placeholder="+49 151 1234567" />
        <${Button} type="submit" icon="search" busy=${form.busy && "Looking …"}>Find out<//>
      </form>
      ${form.failure && html`<${Alert} kind="error">${failureOf(form)}<//>`}
      <div role="status">${found && (found.items.length
        ? html`<${Alert} kind="warning" title=${`${found.number} is not called.`}>This is why:<//>`
        : html`<${Alert} kind="success" title=${`Nothing keeps you from calling ${found.number}.`} action=${html`<${Button} small onClick=${() => onAdd(found.number)}>Do not call it<//>`} />`)}</div>
      ${found?.items.length > 0 && html`<${Table} caption="What keeps it from being called" columns=${columns(gone)} rows=${found.items} keyOf=${(row) => row.suppression_id} />`}
    </section>`;
}
