// A campaign at a glance.
import { CampaignFrame } from "../parts/campaign-frame.js";
import { Facts } from "../parts/facts.js";
import { count, pace } from "../words.js";
import { html } from "../ui.js";

export default function Campaign({ params }) {
  return html`
    <${CampaignFrame} id=${params.id} tab="Overview">
      ${(campaign) => html`
        <section class="card">
          <h2>Rules</h2>
          <${Facts} facts=${[
            ["Calls", campaign.run_time],
            ["Pace", pace(campaign.calls_per_minute)],
            ["List", count(campaign.numbers, "number")],
          ]} />
        </section>`}
    <//>`;
}
