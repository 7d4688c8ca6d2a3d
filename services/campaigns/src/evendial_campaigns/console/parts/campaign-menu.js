// What else can be done with a campaign: in its row, and at the top of its pages.
import { CloneDialog } from "./clone-dialog.js";
import { Menu } from "./menu.js";
import { archive, failed, remove, restore, stop } from "../campaign-acts.js";
import { href } from "../router.js";
import { html, useState } from "../ui.js";

/** onChange(act: "archived" | "restored" | "deleted" | "stopped", done): afterwards. */
export function CampaignMenu({ campaign, onChange }) {
  const [cloning, setCloning] = useState(false);
  const isActive = campaign.status === "active";
  const act = (name, run) => () => run(campaign).then((done) => done === false || onChange(name, done), failed);
  const items = [
    !campaign.archived && { label: "Edit", icon: "edit", href: href(`/campaigns/${campaign.campaign_id}/edit`) },
    { label: "Clone …", icon: "copy", run: () => setCloning(true) },
    isActive && { label: "Stop and hang up", icon: "stop", danger: true, run: act("stopped", (each) => stop(each, true)) },
    !isActive && !campaign.archived && { label: "Archive", icon: "archive", run: act("archived", archive) },
    campaign.archived && { label: "Restore", icon: "archive", run: act("restored", restore) },
    !isActive && { label: "Delete …", icon: "trash", danger: true, divided: true, run: act("deleted", remove) },
  ];
  return html`
    <${Menu} label=${`More about ${campaign.name}`} items=${items} />
    ${cloning && html`<${CloneDialog} campaign=${campaign} onClose=${() => setCloning(false)} />`}`;
}
