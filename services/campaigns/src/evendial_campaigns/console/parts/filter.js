// What a list is narrowed by: a search, one of a few, an owner.
import { Icon } from "./icon.js";
import { TextInput } from "./field.js";
import { useAll } from "../use-all.js";
import { html, useEffect, useState } from "../ui.js";

const TYPING_MS = 250;

/** q: what is searched for; onSearch(text), once somebody pauses; label: what is searched. */
export function Search({ q, onSearch, label }) {
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  useEffect(() => {
    if (text === q) return;
    const timer = setTimeout(() => onSearch(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<label class="search"><span class="unseen">${label}</span><${Icon} name="search" />
    <${TextInput} type="search" value=${text} onChange=${setText} placeholder=${label} maxlength="200" /></label>`;
}

/** options: [[value, label]]; onChoose(value). */
export const Choice = ({ label, value, options, onChoose }) => html`
  <span class="select">
    <select class="input" aria-label=${label} value=${value ?? ""} onInput=${(event) => onChoose(event.target.value)}>
      ${options.map(([option, words]) => html`<option key=${option} value=${option} selected=${option === (value ?? "")}>${words}</option>`)}
    </select></span>`;

/** For admins: whose are shown. */
export function OwnerChoice({ value, onChoose }) {
  const users = useAll("/users", "user_id");
  const people = (users.items ?? []).map((user) => [user.user_id, user.name]);
  return html`<${Choice} label="Owner" value=${value} onChoose=${onChoose} options=${[["", "Everybody's"], ...people]} />`;
}
