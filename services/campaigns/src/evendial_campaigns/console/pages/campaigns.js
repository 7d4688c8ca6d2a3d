// All campaigns: found, started, stopped.
import { Button } from "../parts/button.js";
import { campaignColumns } from "../parts/campaign-columns.js";
import { CampaignFilter } from "../parts/campaign-filter.js";
import { EmptyState } from "../parts/empty-state.js";
import { Icon } from "../parts/icon.js";
import { PageHeader } from "../parts/page-header.js";
import { PagedTable } from "../parts/table.js";
import { get } from "../api.js";
import { href, setQuery } from "../router.js";
import { isAdmin } from "../session.js";
import { useEvery, usePaged } from "../use-loaded.js";
import { html, useState } from "../ui.js";

const PAGE = 100;
const FRESH_MS = 5000;
const NEWEST = "-created";

export default function Campaigns({ query }) {
  const asked = { sort: query.sort ?? NEWEST, status: query.status, archived: query.archived, q: query.q, owner_id: query.owner_id };
  const list = usePaged("/campaigns", asked, { limit: PAGE });
  const [notes, setNotes] = useState({});
  const edit = (id, change) => list.change((rows) => rows.map((row) => (row.campaign_id === id ? { ...row, ...change } : row)));

  useEvery(FRESH_MS, async () => {
    if (!list.items?.some((row) => row.status === "active")) return;
    const page = await get("/campaigns", { query: { ...asked, limit: PAGE } });
    const fresh = new Map(page.items.map((row) => [row.campaign_id, row]));
    list.change((rows) => rows.map((row) => fresh.get(row.campaign_id) ?? row));
  });

  const onDone = (row, { status, note }) => {
    setNotes((before) => ({ ...before, [row.campaign_id]: note }));
    if (status) edit(row.campaign_id, { status });
  };
  const onChange = (row, act, done) => (act === "stopped" ? onDone(row, done) : list.reload());
  const columns = campaignColumns({ admin: isAdmin(), notes, onDone, onChange });
  const filtered = Boolean(query.q || query.status || query.archived || query.owner_id);

  return html`
    <${PageHeader} title="Campaigns" actions=${html`<a class="button is-primary" href=${href("/campaigns/new")}><${Icon} name="plus" />New campaign</a>`} />
    <${CampaignFilter} query=${query} />
    <${PagedTable} list=${list} what="campaigns" caption="Campaigns" columns=${columns} keyOf=${(row) => row.campaign_id}
      sort=${asked.sort} onSort=${(sort) => setQuery({ ...query, sort })} empty=${filtered ? html`<${NoneFits} />` : html`<${None} />`} />`;
}

const None = () => html`
  <${EmptyState} icon="phone" title="No campaign yet"
    text="A campaign is a list of numbers, what is played to those who answer, and when and how fast to call."
    action=${html`<a class="button is-primary" href=${href("/campaigns/new")}><${Icon} name="plus" />Make the first one</a>`} />`;

const NoneFits = () => html`
  <${EmptyState} icon="search" title="No campaign is like that" text="Nothing fits what is searched for and chosen above."
    action=${html`<${Button} onClick=${() => setQuery({})}>Show all<//>`} />`;
