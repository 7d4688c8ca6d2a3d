// How fast a campaign calls, and what it may never do.
import { Button } from "./button.js";
import { Field, NumberField, SelectField, TextField, TextInput } from "./field.js";
import { rateInWords } from "../campaign-words.js";
import { html } from "../ui.js";

const CAPS_MAX = 4;
const DUPLICATES = [
  { value: "campaign", label: "It is refused if this campaign has it already" },
  { value: "file", label: "It is refused if it stands twice in one file" },
  { value: "active", label: "It is refused if this or an active campaign of the owner has it" },
  { value: "allow", label: "It is taken as often as it stands there" },
];

/** numbers: how many are on the list; 0 for a new campaign. */
export const PaceSection = ({ form, numbers }) => html`
  <section class="card form-section">
    <h2>How fast</h2>
    <${NumberField} form=${form} name="calls_per_minute" label="Calls a minute" unit="evenly spaced" min="1" max="30000"
      help="The next call starts when the time between two is over, whether or not the one before has ended." />
    <p class="in-words" aria-live="polite">${rateInWords({ perMinute: Number(form.values.calls_per_minute), numbers, zone: form.values.time_zone, now: Date.now() })}</p>
    <div class="form-row">
      <${NumberField} form=${form} name="max_concurrent_calls" label="Calls at once" optional unit="at most" min="1" max="100000"
        help="No call starts while so many are going on. Empty: no limit of its own." />
      <${NumberField} form=${form} name="weight" label="Weight" unit="of 100" min="1" max="100"
        help="Counts only where a trunk has not room for all campaigns: one of weight 2 gets twice the share of one of weight 1." />
    </div>
  </section>`;

export const LimitsSection = ({ form }) => html`
  <section class="card form-section">
    <h2>Limits</h2>
    <${Caps} form=${form} />
    <div class="form-row">
      <${NumberField} form=${form} name="max_call_s" label="Longest call" unit="minutes" min="0.5" max="240" step="any" help="Then it is ended, whatever goes on in it." />
      <${TextField} form=${form} name="default_region" label="Country of national numbers" optional maxlength="2" class="is-number" placeholder="DE"
        help="Lists may then hold numbers without a country code: 0151 … with DE is +49 151 …" />
    </div>
    <${SelectField} form=${form} name="duplicate_policy" label="A number that is there already" options=${DUPLICATES} help="Holds for lists that are imported from now on." />
  </section>`;

/** The caps on how often one person is called; the field is person_caps. */
export function Caps({ form }) {
  const caps = form.values.person_caps;
  const set = (next) => form.set("person_caps", next);
  const edit = (at, change) => set(caps.map((cap, each) => (each === at ? { ...cap, ...change } : cap)));
  return html`
    <${Field} group label="How often one person is called" optional name="person_caps" error=${form.errors.person_caps}
      help="Counts the calls of all campaigns of the owner. Who has been called as often waits, and is called later.">
      ${() => html`<div class="stack">
        ${caps.map((cap, at) => html`<div key=${at} class="cap">
          <span>No more than</span><${TextInput} value=${cap.attempts} onChange=${(attempts) => edit(at, { attempts })} onBlur=${() => form.touch("person_caps")} inputmode="numeric" aria-label="Calls at most" />
          <span>calls in</span><${TextInput} value=${cap.hours} onChange=${(hours) => edit(at, { hours })} onBlur=${() => form.touch("person_caps")} inputmode="numeric" aria-label="Hours" /><span>hours</span>
          <${Button} kind="quiet" small icon="trash" label="Remove this limit" onClick=${() => set(caps.filter((_, each) => each !== at))} />
        </div>`)}
        ${caps.length < CAPS_MAX && html`<div><${Button} small icon="plus" onClick=${() => set([...caps, { attempts: "3", hours: "24" }])}>Add a limit<//></div>`}
      </div>`}
    <//>`;
}
