// Start, stop and the rest, at the top of a campaign's pages; what came of it stands below.
import { CampaignMenu } from "./campaign-menu.js";
import { PlayStop } from "./play-stop.js";
import { go } from "../router.js";
import { html } from "../ui.js";

/** onNote(note): what came of an act; onChange(): the campaign is another now. */
export function CampaignButtons({ campaign, onNote, onChange }) {
  const done = ({ note }) => {
    onNote(note);
    onChange();
  };
  const changed = (act, result) => {
    if (act === "deleted") go("/campaigns");
    else if (act === "stopped") done(result);
    else onChange();
  };
  return html`
    ${!campaign.archived && html`<${PlayStop} words campaign=${campaign} onDone=${done} />`}
    <${CampaignMenu} campaign=${campaign} onChange=${changed} />`;
}
