// What follows on calls that reach nobody.
import { NumberField, TextInput } from "./field.js";
import { Icon } from "./icon.js";
import { OUTCOMES } from "../campaign-fields.js";
import { delaysInWords, retriesInWords } from "../campaign-words.js";
import { html } from "../ui.js";

export const RetriesSection = ({ form }) => html`
  <section class="card form-section">
    <h2>If nobody is reached</h2>
    <div class="form-row">
      <${NumberField} form=${form} name="ring_timeout_s" label="Let it ring for" unit="seconds" min="10" max="600"
        help="Then it counts as not answered." />
      <${NumberField} form=${form} name="max_retries" label="Call again" unit="times at most" min="0" max="1000"
        help="Whatever the outcomes: no number is called more often." />
      <${NumberField} form=${form} name="retry_delay_s" label="Wait before that" unit="minutes" min="0" max="43200" step="any"
        help="From the end of the call that reached nobody." />
    </div>
    <p class="in-words">${retriesInWords(form.values)}</p>
    <${ByOutcome} form=${form} />
  </section>`;

function ByOutcome({ form }) {
  const policy = form.values.retry_policy;
  return html`
    <details class="more" open=${OUTCOMES.some(({ name }) => policy[name].own)}>
      <summary>Otherwise for some outcomes</summary>
      <p class="field-help">Delays in minutes, with commas between: the first after the first such call, the last for all that follow.
        Calls that were declined are repeated only if they are ticked here. Congestion and failures cost no attempt.</p>
      <div data-field="retry_policy">
        <div class="outcome outcome-head" aria-hidden="true"><span>Outcome</span><span>Delays (minutes)</span><span>Retries at most</span></div>
        ${OUTCOMES.map((outcome) => html`<${Outcome} key=${outcome.name} form=${form} outcome=${outcome} />`)}
      </div>
    </details>`;
}

function Outcome({ form, outcome }) {
  const rule = form.values.retry_policy[outcome.name];
  const set = (change) => form.set("retry_policy", { ...form.values.retry_policy, [outcome.name]: { ...rule, ...change } });
  const at = `retry_policy.${outcome.name}`;
  const error = form.errors[`${at}.delays_s`] ?? form.errors[`${at}.max_retries`] ?? form.errors[at];
  const touch = () => form.touch("retry_policy");
  return html`
    <div class="outcome" data-field=${at}>
      <label class="check"><input type="checkbox" checked=${rule.own} onChange=${(event) => set({ own: event.target.checked })} /><span>${outcome.label}</span></label>
      <${TextInput} value=${rule.delays} onChange=${(delays) => set({ delays })} onBlur=${touch} disabled=${!rule.own} inputmode="decimal"
        placeholder="As above" aria-label=${`${outcome.label}: delays in minutes`} aria-invalid=${form.errors[`${at}.delays_s`] ? "true" : undefined} />
      <${TextInput} value=${rule.max_retries} onChange=${(max_retries) => set({ max_retries })} onBlur=${touch} disabled=${!rule.own} inputmode="numeric"
        placeholder="As above" aria-label=${`${outcome.label}: retries at most`} aria-invalid=${form.errors[`${at}.max_retries`] ? "true" : undefined} />
      ${error ? html`<p class="field-error"><${Icon} name="alert" />${error}</p>`
        : rule.own && rule.delays && html`<p class="field-help">${outcome.label}: called again ${delaysInWords(rule.delays)}.</p>`}
    </div>`;
}
