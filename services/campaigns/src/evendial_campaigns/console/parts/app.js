// The whole: sign-in, or the shell around the page that the address asks for.
import { ConnectionBar } from "./connection-bar.js";
import { Overlays } from "./overlays.js";
import { PageLoader } from "./page-loader.js";
import { Shell } from "./shell.js";
import { SignInDialog } from "./sign-in-dialog.js";
import { useObserved } from "../observed.js";
import { go, place } from "../router.js";
import { firstAdminNeeded, session } from "../session.js";
import { html, useEffect } from "../ui.js";

export function App() {
  const here = useObserved(place);
  const who = useObserved(session);
  const needed = useObserved(firstAdminNeeded);
  const isOpen = here.route?.open ?? false;

  useEffect(() => {
    if (who === null && needed && here.path !== "/first-start") go("/first-start");
    else if (who === null && !isOpen) go("/sign-in", { then: location.hash.replace(/^#/, "") });
  }, [who, needed, here.path]);

  const page = who === undefined || (who === null && !isOpen) ? null : html`<${PageLoader} here=${here} />`;
  return html`
    <${ConnectionBar} />
    ${who && !isOpen ? html`<${Shell} who=${who} here=${here}>${page}<//>` : html`<main class="bare" id="main">${page}</main>`}
    <${SignInDialog} />
    <${Overlays} />
  `;
}
