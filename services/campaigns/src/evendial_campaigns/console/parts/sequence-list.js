// The sequence as a list that is sorted by dragging, or with the buttons of each action.
import { ActionRow } from "./action-row.js";
import { loadScript } from "../load-script.js";
import { html, useEffect, useRef, useState } from "../ui.js";

/** onMove(from, to), onEdit(key, change), onRemove(key); wrong: by key; heard: the key that is played now. */
export function SequenceList({ actions, wrong, heard, stock, onMove, onEdit, onRemove }) {
  const list = useRef(null);
  const latest = useRef(onMove);
  latest.current = onMove;
  const [said, setSaid] = useState("");
  useEffect(() => sortable(list.current, (from, to) => latest.current(from, to)), []);

  const move = (key, from, to) => {
    onMove(from, to);
    setSaid(`Moved to place ${to + 1} of ${actions.length}.`);
    const button = to > from ? ".move-down" : ".move-up";
    // Once it is drawn: the button that was pressed, or its neighbour at either end of the list.
    setTimeout(() => {
      const row = list.current.querySelector(`[data-key="${key}"]`);
      (row.querySelector(`${button}:not(:disabled)`) ?? row.querySelector(".action-acts button:not(:disabled)")).focus();
    });
  };

  return html`
    <ol ref=${list} class="sequence" aria-label="Actions">
      ${actions.map((action, at) => html`
        <${ActionRow} key=${action.key} action=${action} at=${at} of=${actions.length} error=${wrong[action.key]} heard=${heard === action.key}
          stock=${stock} onEdit=${(change) => onEdit(action.key, change)} onMove=${(to) => move(action.key, at, to)} onRemove=${() => onRemove(action.key)} />`)}
    </ol>
    <p class="unseen" aria-live="polite">${said}</p>`;
}

/** Sortable moves elements; they are put back, so that only the state decides where they are. */
function sortable(list, onMove) {
  let sorting = null;
  let left = false;
  loadScript("/console/vendor/sortable.js").then(
    () => {
      if (left) return;
      sorting = globalThis.Sortable.create(list, {
        handle: ".action-grip",
        animation: 150,
        onEnd: ({ item, oldIndex, newIndex }) => {
          item.remove();
          list.insertBefore(item, list.children[oldIndex] ?? null);
          if (oldIndex !== newIndex) onMove(oldIndex, newIndex);
        },
      });
    },
    () => {}, // without it the buttons still move actions
  );
  return () => {
    left = true;
    sorting?.destroy();
  };
}
