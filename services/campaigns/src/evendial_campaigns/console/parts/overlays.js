// What lies over every page: the question that is being asked, and short news.
import { ConfirmDialog, question } from "./confirm.js";
import { Toast, toasts } from "./toast.js";
import { useObserved } from "../observed.js";
import { html } from "../ui.js";

export function Overlays() {
  const asked = useObserved(question);
  const shown = useObserved(toasts);
  return html`
    <div class="toasts" role="status" aria-live="polite">
      ${shown.map((each) => html`<${Toast} key=${each.id} ...${each} />`)}
    </div>
    ${asked && html`<${ConfirmDialog} ...${asked} />`}`;
}
