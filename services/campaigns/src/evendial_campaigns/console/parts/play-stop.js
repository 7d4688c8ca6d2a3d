// Starts a campaign or stops it, and says so while that goes on.
import { Button } from "./button.js";
import { activate, failed, stop } from "../campaign-acts.js";
import { html, useState } from "../ui.js";

/** onDone({status, note}): see campaign-acts.js. words: whether the button has words beside its drawing. */
export function PlayStop({ campaign, onDone, words }) {
  const [busy, setBusy] = useState(false);
  const isActive = campaign.status === "active";
  const again = campaign.status === "stopped" && !campaign.stop_confirmed;
  const label = isActive || again ? "Stop" : "Start";
  const run = async () => {
    setBusy(true);
    try {
      onDone(await (isActive || again ? stop : activate)(campaign));
    } catch (error) {
      failed(error);
    }
    setBusy(false);
  };
  return html`
    <${Button} icon=${label === "Stop" ? "stop" : "play"} kind=${words && label === "Start" ? "primary" : undefined} onClick=${run}
      disabled=${campaign.archived} class=${label === "Stop" ? "is-stop" : "is-start"}
      busy=${busy && (label === "Stop" ? "Stopping …" : "Starting …")} label=${`${label} ${campaign.name}`}>${words && label}<//>`;
}
