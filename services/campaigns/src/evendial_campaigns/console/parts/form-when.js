// When a campaign may call: days, hours, whose time, holidays, laws.
import { Button } from "./button.js";
import { CheckField, ChoiceField, Field, SelectField, TextField } from "./field.js";
import { WEEKDAYS } from "../campaign-fields.js";
import { windowInWords } from "../campaign-words.js";
import { day } from "../words.js";
import { html, useState } from "../ui.js";

const WHOSE = [
  { value: "campaign", label: "The campaign's", help: "Its time zone, wherever the callee lives." },
  { value: "number", label: "The number's own", help: "Where the number is at home, as its digits tell." },
  { value: "both", label: "Both", help: "Only while it is open in both." },
];
const UNKNOWN = [
  { value: "skip", label: "Are not called" },
  { value: "campaign", label: "Are called in the campaign's zone" },
];

/** laws: of GET /v1/jurisdictions; zones: names of time zones. */
export function WhenSection({ form, laws, zones }) {
  const law = laws.find((each) => each.id === form.values.jurisdiction);
  const needsZone = form.values.window_zone !== "campaign" || (law && law.zone !== "campaign");
  return html`
    <section class="card form-section">
      <h2>When to call</h2>
      <${TextField} form=${form} name="time_zone" label="Time zone" list="zones" autocomplete="off" spellcheck=${false}
        help="The window below is in this zone, and so are all times that the campaign's pages show." />
      <datalist id="zones">${zones.map((zone) => html`<option key=${zone} value=${zone} />`)}</datalist>
      <${Weekdays} form=${form} />
      <${Hours} form=${form} />
      <p class="in-words">${windowInWords(form.values)}</p>
      <${ClosedDays} form=${form} />
      <${ChoiceField} form=${form} name="window_zone" label="Whose time is that?" options=${WHOSE} />
      ${needsZone && html`<${ChoiceField} form=${form} name="unknown_zone" label="Numbers whose zone is not known" options=${UNKNOWN} />`}
      ${laws.length > 0 && html`<${SelectField} form=${form} name="jurisdiction" label="Law on calling hours" optional
        options=${[{ value: "", label: "None" }, ...laws.map((each) => ({ value: each.id, label: each.title }))]}
        help="Its hours hold beside the window: nobody is called outside either." />`}
      <details class="more" open=${Boolean(form.values["window.first_day"] || form.values["window.last_day"])}>
        <summary>First and last day</summary>
        <div class="form-row">
          <${TextField} form=${form} name="window.first_day" label="First day" type="date" optional help="Nothing is called before it." />
          <${TextField} form=${form} name="window.last_day" label="Last day" type="date" optional help="Nothing is called after it." />
        </div>
      </details>
    </section>`;
}

const Weekdays = ({ form }) => html`
  <${Field} group label="Days" name="window.weekdays" error=${form.errors["window.weekdays"]}>
    ${() => html`<div class="weekdays">
      ${WEEKDAYS.map((label, at) => {
        const chosen = form.values["window.weekdays"];
        const isOn = chosen.includes(at + 1);
        const turn = () => form.set("window.weekdays", isOn ? chosen.filter((each) => each !== at + 1) : [...chosen, at + 1]);
        return html`<label key=${label} class="weekday"><input type="checkbox" checked=${isOn} onChange=${turn} /><span>${label}</span></label>`;
      })}
    </div>`}
  <//>`;

const Hours = ({ form }) => html`
  <div class="times">
    ${!form.values.all_day && html`
      <${TextField} form=${form} name="window.start" label="From" type="time" />
      <${TextField} form=${form} name="window.stop" label="To" type="time" />`}
    <${CheckField} form=${form} name="all_day" label="All day" />
  </div>`;

function ClosedDays({ form }) {
  const [adding, setAdding] = useState("");
  const days = form.values["window.closed_days"];
  const set = (next) => form.set("window.closed_days", next);
  const add = () => {
    if (adding && !days.includes(adding)) set([...days, adding].sort());
    setAdding("");
  };
  return html`
    <${Field} label="Closed days" optional name="window.closed_days" error=${form.errors["window.closed_days"]}
      help="Holidays, say. Nothing is called on them, whatever day of the week they are.">
      ${(control) => html`
        <span class="input-row"><input class="input" type="date" ...${control} value=${adding} onInput=${(event) => setAdding(event.target.value)} />
          <${Button} onClick=${add} disabled=${!adding} icon="plus">Add<//></span>
        ${days.length > 0 && html`<ul class="days-off">${days.map((each) => html`
          <li key=${each} class="day-off">${day(each, "UTC")}
            <${Button} kind="quiet" small icon="close" label=${`Open again on ${day(each, "UTC")}`} onClick=${() => set(days.filter((other) => other !== each))} /></li>`)}</ul>`}`}
    <//>`;
}
