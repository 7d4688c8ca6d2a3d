// A field that may say that there is no limit.
import { Field } from "./field.js";
import { html } from "../ui.js";

/** As TextField; the value is null while `none` ("No limit") is ticked; usual: what stands there once it is not. */
export function LimitField({ form, name, label, help, unit, none = "No limit", usual = "", ...rest }) {
  const value = form.values[name];
  const isNone = value === null;
  return html`
    <${Field} label=${label} help=${help} name=${name} error=${form.errors[name]}>
      ${(control) => html`<span class="input-row limit">
        <input type="text" inputmode="numeric" autocomplete="off" ...${rest} ...${control} class=${`input ${rest.class ?? "is-number"}`} disabled=${isNone} value=${isNone ? "" : value}
          placeholder=${isNone ? none : undefined} onInput=${(event) => form.set(name, event.target.value)} onBlur=${() => form.touch(name)} />
        ${unit && html`<span class="input-unit">${unit}</span>`}
        <label class="limit-none"><input type="checkbox" checked=${isNone} aria-label=${`${label}: ${none.toLowerCase()}`}
          onChange=${(event) => form.set(name, event.target.checked ? null : usual)} /><span>${none}</span></label>
      </span>`}
    <//>`;
}
