// Which numbers of the list are shown: by state, by import, by digits.
import { Button } from "./button.js";
import { Icon } from "./icon.js";
import { STATES, searchProblem, stateWords } from "../number-words.js";
import { href, place, setQuery } from "../router.js";
import { number } from "../words.js";
import { html, useEffect, useId, useState } from "../ui.js";

const TYPING_MS = 300;

/** query: of the address; counts: numbers by state, or null while they are counted; total. */
export function NumberFilter({ query, counts, total }) {
  const shown = Object.keys(STATES).filter((state) => state === query.state || !counts || counts[state] > 0);
  const link = (state, words, many) => html`
    <a key=${state ?? "all"} class="chip" href=${href(place.get().path, { ...query, state })} aria-current=${query.state === state ? "true" : undefined}>
      ${words}${many !== undefined && html` <span class="chip-count">${number(many)}</span>`}</a>`;
  return html`
    <nav class="chips" aria-label="Numbers by state">
      ${link(undefined, "All", total)}
      ${shown.map((state) => link(state, stateWords(state), counts?.[state]))}
    </nav>
    ${query.import_id && html`<p class="filter-import">Only the numbers of one import are shown.
      <${Button} small kind="quiet" icon="close" onClick=${() => setQuery({ ...query, import_id: undefined })}>Show all<//></p>`}`;
}

/** Sets what is searched for in the address, a moment after the last key. */
export function NumberSearch({ query }) {
  const id = useId();
  const [text, setText] = useState(query.q ?? "");
  const problem = searchProblem(text);
  const asked = query.q ?? "";
  useEffect(() => {
    if (problem || text.trim() === asked) return;
    const timer = setTimeout(() => setQuery({ ...query, q: text.trim() }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    if (text.trim() !== asked) setText(asked);
  }, [asked]);
  return html`
    <div class="toolbar-search">
      <label class="unseen" for=${id}>Search for digits</label>
      <div class="search"><${Icon} name="search" />
        <input id=${id} class="input" type="search" inputmode="tel" placeholder="Search for digits" value=${text} autocomplete="off"
          aria-invalid=${problem ? "true" : undefined} aria-describedby=${problem ? `${id}-problem` : undefined} onInput=${(event) => setText(event.target.value)} /></div>
      ${problem && html`<p class="field-error" id=${`${id}-problem`}><${Icon} name="alert" />${problem}</p>`}
    </div>`;
}
