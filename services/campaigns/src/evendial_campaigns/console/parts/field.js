// Form fields: a label, what it means, and what is wrong with what stands there.
import { Icon } from "./icon.js";
import { classes, html, useId } from "../ui.js";

/**
 * label, help, error (text), optional. children is a function that is given what the control needs:
 * {id, "aria-describedby", "aria-invalid"}; a group of controls (group=${true}) gets a <fieldset> with a legend.
 */
export function Field({ label, help, error, optional, group, name, children }) {
  const id = useId();
  const told = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const control = children({ id, name, "aria-describedby": told, "aria-invalid": error ? "true" : undefined });
  const words = html`${label}${optional && html` <span class="field-optional">optional</span>`}`;
  const notes = html`
    ${help && html`<p class="field-help" id=${`${id}-help`}>${help}</p>`}
    ${error && html`<p class="field-error" id=${`${id}-error`}><${Icon} name="alert" />${error}</p>`}`;
  if (group) return html`<fieldset class="field" data-field=${name} aria-describedby=${told}><legend class="field-label">${words}</legend>${control}${notes}</fieldset>`;
  return html`<div class="field" data-field=${name}><label class="field-label" for=${id}>${words}</label>${control}${notes}</div>`;
}

/** A plain <input>: value, onChange(text); all else goes to it. */
export const TextInput = ({ value, onChange, ...rest }) => html`
  <input type="text" ...${rest} class=${classes("input", rest.class)} value=${value ?? ""} onInput=${(event) => onChange(event.target.value)} />`;

const bound = (form, name) => ({
  name,
  value: form.values[name] ?? "",
  onInput: (event) => form.set(name, event.target.value),
  onBlur: () => form.touch(name),
});

/** form: of use-form.js; name: of the field; unit: shown after it; before: shown before it. All else goes to the input. */
export const TextField = ({ form, name, label, help, optional, unit, before, ...rest }) => html`
  <${Field} label=${label} help=${help} optional=${optional} name=${name} error=${form.errors[name]}>
    ${(control) => html`<span class="input-row">
      ${before && html`<span class="input-before">${before}</span>`}
      <input type="text" ...${rest} ...${control} ...${bound(form, name)} class=${classes("input", rest.class)} />
      ${unit && html`<span class="input-unit">${unit}</span>`}
    </span>`}
  <//>`;

/** Whole numbers unless step says otherwise; the value stays what was typed until the form reads it. */
export const NumberField = ({ step = 1, ...rest }) => html`
  <${TextField} type="number" inputmode=${step === 1 ? "numeric" : "decimal"} step=${step} class="is-number" ...${rest} />`;

/** options: [{value, label}], or [{group, options}]. */
export const SelectField = ({ form, name, label, help, optional, options, ...rest }) => html`
  <${Field} label=${label} help=${help} optional=${optional} name=${name} error=${form.errors[name]}>
    ${(control) => html`<select ...${rest} ...${control} ...${bound(form, name)} onInput=${(event) => form.set(name, event.target.value)} class="input">
      ${options.map((option) => html`<option key=${option.value} value=${option.value} selected=${String(form.values[name] ?? "") === String(option.value)}>${option.label}</option>`)}
    </select>`}
  <//>`;

export const TextAreaField = ({ form, name, label, help, optional, ...rest }) => html`
  <${Field} label=${label} help=${help} optional=${optional} name=${name} error=${form.errors[name]}>
    ${(control) => html`<textarea rows="4" ...${rest} ...${control} ...${bound(form, name)} class="input"></textarea>`}
  <//>`;

/** A box to be ticked, its label beside it. */
export function CheckField({ form, name, label, help }) {
  const id = useId();
  return html`
    <div class="check" data-field=${name}>
      <input type="checkbox" id=${id} name=${name} checked=${Boolean(form.values[name])} aria-describedby=${help ? `${id}-help` : undefined}
        onChange=${(event) => form.set(name, event.target.checked)} />
      <label for=${id}>${label}</label>
      ${help && html`<p class="field-help" id=${`${id}-help`}>${help}</p>`}
      ${form.errors[name] && html`<p class="field-error">${form.errors[name]}</p>`}
    </div>`;
}

/** One of a few: options [{value, label, help}], shown as a row of buttons or, with help, one below the other. */
export const ChoiceField = ({ form, name, label, help, options }) => html`
  <${Field} group label=${label} help=${help} name=${name} error=${form.errors[name]}>
    ${(control) => html`<div class=${options.some((each) => each.help) ? "choices is-tall" : "choices"}>
      ${options.map((option) => html`<label key=${option.value} class="choice">
        <input type="radio" name=${`${control.id}-${name}`} value=${option.value} checked=${String(form.values[name]) === String(option.value)}
          onChange=${() => form.set(name, option.value)} />
        <span>${option.label}${option.help && html`<span class="choice-help">${option.help}</span>`}</span></label>`)}
    </div>`}
  <//>`;
