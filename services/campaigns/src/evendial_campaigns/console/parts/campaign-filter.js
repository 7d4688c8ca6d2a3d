// Which campaigns are listed; kept in the address.
import { Icon } from "./icon.js";
import { TextInput } from "./field.js";
import { get } from "../api.js";
import { setQuery } from "../router.js";
import { isAdmin } from "../session.js";
import { useLoaded } from "../use-loaded.js";
import { capital } from "../words.js";
import { html, useEffect, useState } from "../ui.js";

const TYPING_MS = 250;
const STATUSES = ["active", "stopped", "draft", "finished"];

export function CampaignFilter({ query }) {
  const choose = (change) => setQuery({ ...query, ...change });
  return html`
    <div class="toolbar" role="search" aria-label="Campaigns">
      <${Search} q=${query.q ?? ""} onSearch=${(q) => choose({ q })} />
      <${Choice} label="Status" value=${query.status} onChoose=${(status) => choose({ status })}
        options=${[["", "Any status"], ...STATUSES.map((each) => [each, capital(each)])]} />
      <${Choice} label="Archived" value=${query.archived} onChoose=${(archived) => choose({ archived })}
        options=${[["", "Not archived"], ["true", "Archived"], ["all", "All"]]} />
      ${isAdmin() && html`<${Owner} value=${query.owner_id} onChoose=${(owner_id) => choose({ owner_id })} />`}
    </div>`;
}

function Search({ q, onSearch }) {
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  useEffect(() => {
    if (text === q) return;
    const timer = setTimeout(() => onSearch(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<label class="search"><span class="unseen">Search by name</span><${Icon} name="search" />
    <${TextInput} type="search" value=${text} onChange=${setText} placeholder="Search by name" maxlength="200" /></label>`;
}

function Owner({ value, onChoose }) {
  const { data } = useLoaded((signal) => get("/users", { query: { limit: 1000 }, signal }));
  const people = (data?.items ?? []).map((user) => [user.user_id, user.name]);
  return html`<${Choice} label="Owner" value=${value} onChoose=${onChoose} options=${[["", "Everybody's"], ...people]} />`;
}

const Choice = ({ label, value, options, onChoose }) => html`
  <span class="select">
    <select class="input" aria-label=${label} value=${value ?? ""} onInput=${(event) => onChoose(event.target.value)}>
      ${options.map(([option, words]) => html`<option key=${option} value=${option} selected=${option === (value ?? "")}>${words}</option>`)}
    </select></span>`;
