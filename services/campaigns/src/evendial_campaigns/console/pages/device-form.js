// A new device, or another trunk, caller ids and limits for one.
import { Alert, ErrorAlert } from "../parts/alert.js";
import { EditPage } from "../parts/edit-page.js";
import { Facts } from "../parts/facts.js";
import { NumberField, SelectField, TextAreaField, TextField } from "../parts/field.js";
import { device } from "../resource-fields.js";
import { href } from "../router.js";
import { useAll } from "../use-all.js";
import { html } from "../ui.js";

export default function DeviceForm({ params, query }) {
  const users = useAll("/users", "user_id");
  const trunks = useAll("/trunks", "trunk_id");
  return html`
    <${EditPage} kind=${device} path="/devices" what="device" id=${params.id} fixed=${["owner_id"]} given=${{ owner_id: query.owner_id ?? "" }}
      said="The device is made. Its owner can choose it for their campaigns.">
      ${(form, made) => html`
        <${ErrorAlert} error=${users.error ?? trunks.error} title="Users and trunks could not be loaded." onAgain=${() => (users.reload(), trunks.reload())} />
        ${trunks.items?.length === 0 && html`<${Alert} kind="warning" title="There is no trunk yet." action=${html`<a class="button is-small" href=${href("/trunks/new")}>Make a trunk</a>`}>
          A device places its calls through one.<//>`}
        <section class="card form-section">
          <h2>Whose, and through what</h2>
          <${TextField} form=${form} name="name" label="Name" maxlength="200" autofocus=${!made} help="How its owner finds it again. Callees never see it." />
          <div class="form-row">
            ${made ? html`<${Facts} facts=${[["Owner", users.nameOf(made.owner_id)]]} />`
              : html`<${SelectField} form=${form} name="owner_id" label="Owner" options=${offered(users, "user_id", "Choose a user")} help="Who may use it in campaigns. That stays so." />`}
            <${SelectField} form=${form} name="trunk_id" label="Trunk" options=${offered(trunks, "trunk_id", "Choose a trunk")} help="What carries its calls." />
          </div>
        </section>
        <section class="card form-section">
          <h2>Calls</h2>
          <${TextAreaField} form=${form} name="caller_ids" label="Caller ids" optional rows="4" spellcheck=${false} inputmode="tel"
            help="The numbers that may be shown to callees, one a line, with their country code. Each campaign shows one of them." placeholder="+49 30 1234567" />
          <div class="form-row">
            <${TextField} form=${form} name="account_code" label="Account code" maxlength="20" autocomplete="off" spellcheck=${false} class="mono"
              help="Stands in every call record, so that calls can be billed." />
            <${NumberField} form=${form} name="max_concurrent_calls" label="Calls at once" optional unit="at most" min="1" max="100000"
              help="All campaigns that use it, together. Empty: no limit of its own." />
          </div>
        </section>`}
    <//>`;
}

const offered = (list, id, none) => [
  { value: "", label: list.items ? none : "Loading …" },
  ...(list.items ?? []).map((each) => ({ value: each[id], label: each.name })),
];
