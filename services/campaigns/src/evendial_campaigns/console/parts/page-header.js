// The heading of a page: it names the browser's window, and takes the focus when somebody arrives, unless a field wants it.
import { moves } from "../router.js";
import { html, useEffect, useRef } from "../ui.js";

let greeted = 0;

/** title; above: what leads back (nodes); below: a line under it; actions: buttons at the right; name: of the window. */
export function PageHeader({ title, above, below, actions, name }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${name ?? title} · Evendial`;
  }, [title, name]);
  useEffect(() => {
    if (moves.count === greeted) return;
    greeted = moves.count;
    const wanted = document.querySelector("main [autofocus]") ?? heading.current;
    wanted.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return html`
    <header class="page-header">
      <div class="page-header-words">
        ${above && html`<div class="page-header-above">${above}</div>`}
        <h1 ref=${heading} tabindex="-1">${title}</h1>
        ${below && html`<div class="page-header-below">${below}</div>`}
      </div>
      ${actions && html`<div class="page-header-actions">${actions}</div>`}
    </header>`;
}
