// Which campaigns are listed; kept in the address.
import { Choice, OwnerChoice, Search } from "./filter.js";
import { setQuery } from "../router.js";
import { isAdmin } from "../session.js";
import { capital } from "../words.js";
import { html } from "../ui.js";

const STATUSES = ["active", "stopped", "draft", "finished"];

export function CampaignFilter({ query }) {
  const choose = (change) => setQuery({ ...query, ...change });
  return html`
    <div class="toolbar" role="search" aria-label="Campaigns">
      <${Search} label="Search by name" q=${query.q ?? ""} onSearch=${(q) => choose({ q })} />
      <${Choice} label="Status" value=${query.status} onChoose=${(status) => choose({ status })}
        options=${[["", "Any status"], ...STATUSES.map((each) => [each, capital(each)])]} />
      <${Choice} label="Archived" value=${query.archived} onChoose=${(archived) => choose({ archived })}
        options=${[["", "Not archived"], ["true", "Archived"], ["all", "All"]]} />
      ${isAdmin() && html`<${OwnerChoice} value=${query.owner_id} onChoose=${(owner_id) => choose({ owner_id })} />`}
    </div>`;
}
