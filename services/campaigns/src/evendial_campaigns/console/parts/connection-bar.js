// Says that the service cannot be reached, and that it is tried again.
import { Icon } from "./icon.js";
import { trouble, wakeAll } from "../connection.js";
import { useObserved } from "../observed.js";
import { html } from "../ui.js";

const WORDS = {
  lost: "Connection lost. Trying again …",
  unavailable: "The service is there, but its database does not answer. Trying again …",
};

/** At the top of the page, and of a dialog, since that lies over it. */
export function ConnectionBar({ inside }) {
  const why = useObserved(trouble);
  return html`
    <div class=${inside ? undefined : "connection"} role="status">
      ${why && html`<p class="connection-bar"><${Icon} name="alert" />${WORDS[why]}
        <button class="button is-small" type="button" onClick=${wakeAll}>Try now</button></p>`}
    </div>`;
}
