// What a campaign is called, whose it is, and what it calls through.
import { ErrorAlert } from "./alert.js";
import { SelectField, TextField } from "./field.js";
import { get } from "../api.js";
import { isAdmin } from "../session.js";
import { useLoaded } from "../use-loaded.js";
import { phone } from "../words.js";
import { html } from "../ui.js";

const ALL = { limit: 1000 };

/** isNew: its owner can still be chosen. */
export function BasicsSection({ form, isNew }) {
  const owner = form.values.owner_id;
  const devices = useLoaded(
    async (signal) => (await get("/devices", { query: { ...ALL, owner_id: owner }, signal })).items, [owner]);
  const device = devices.data?.find((each) => each.device_id === form.values.device_id);
  return html`
    <section class="card form-section">
      <h2>Basics</h2>
      <${TextField} form=${form} name="name" label="Name" maxlength="200" help="How you find it again. Callees never see it." />
      ${isNew && isAdmin() && html`<${Owner} form=${form} />`}
      <${ErrorAlert} error=${devices.error} title="The devices could not be loaded." onAgain=${devices.reload} />
      <div class="form-row">
        <${SelectField} form=${form} name="device_id" label="Device" options=${deviceOptions(devices.data)}
          help=${devices.data?.length === 0 ? "There is no device yet. An admin makes one; until then the campaign can be prepared." : "What its calls are placed through and billed to."} />
        <${SelectField} form=${form} name="caller_id" label="Caller id" options=${callerOptions(device)} disabled=${!device}
          help="What callees see. One of those that the device may show." />
      </div>
    </section>`;
}

const deviceOptions = (devices) => [
  { value: "", label: devices ? "None yet" : "Loading …" },
  ...(devices ?? []).map((each) => ({ value: each.device_id, label: each.name })),
];

const callerOptions = (device) => [
  { value: "", label: device ? "None" : "Choose a device first" },
  ...(device?.caller_ids ?? []).map((each) => ({ value: each, label: phone(each) })),
];

function Owner({ form }) {
  const { data } = useLoaded(async (signal) => (await get("/users", { query: ALL, signal })).items);
  const people = (data ?? []).map((user) => ({ value: user.user_id, label: user.name }));
  return html`<${SelectField} form=${form} name="owner_id" label="Owner" options=${people.length ? people : [{ value: form.values.owner_id, label: "Loading …" }]}
    help="Whose campaign it is: their devices, prompts and limits." />`;
}
