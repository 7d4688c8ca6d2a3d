// What every page of a campaign begins with: its name, its status, and the tabs.
import { ErrorAlert } from "./alert.js";
import { Badge } from "./badge.js";
import { Icon } from "./icon.js";
import { PageHeader } from "./page-header.js";
import { Skeleton } from "./skeleton.js";
import { Tabs } from "./tabs.js";
import { read } from "../api.js";
import { href } from "../router.js";
import { routes } from "../routes.js";
import { useLoaded } from "../use-loaded.js";
import { html } from "../ui.js";

const TABS = routes.filter((route) => route.tab);

/**
 * id: of the campaign; tab: the label of the page's own tab; actions(campaign, reload): more buttons in the header.
 * children: a function of (campaign, reload): campaign is GET /v1/campaigns/{id}, reload asks for it again.
 */
export function CampaignFrame({ id, tab, actions, children }) {
  const { data: campaign, error, reload, setData } = useLoaded(
    async (signal) => (await read(`/campaigns/${id}`, { signal })).body, [id]);
  if (!campaign) {
    return html`<${PageHeader} title=${error ? "The campaign cannot be shown" : "Campaign"} above=${html`<${Back} />`} />
      ${error ? html`<${ErrorAlert} error=${error} onAgain=${reload} />` : html`<${Skeleton} label="Loading the campaign" rows=${6} />`}`;
  }
  const tabs = TABS.map((route) => ({
    label: route.tab, current: route.tab === tab, href: href(route.path.replace(":id", id)),
  }));
  return html`
    <${PageHeader} title=${campaign.name} name=${`${tab} · ${campaign.name}`} above=${html`<${Back} />`}
      below=${html`<${Status} campaign=${campaign} /> <span class="faint">${campaign.run_time}</span>`}
      actions=${actions?.(campaign, reload, setData)} />
    <${Tabs} tabs=${tabs} label="Campaign" />
    ${children(campaign, reload, setData)}`;
}

export const Status = ({ campaign }) => html`
  <span class="states">
    <${Badge} state=${campaign.status} />
    ${campaign.archived && html`<${Badge} state="archived" />`}
    ${campaign.stop_confirmed || html`<${Badge} state="stopping" label="Stop not confirmed yet" />`}
  </span>`;

const Back = () => html`<a class="back" href=${href("/campaigns")}><${Icon} name="back" />Campaigns</a>`;
