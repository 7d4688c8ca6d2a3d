// Rows under named columns; on a phone each row is a card.
import { ErrorAlert } from "./alert.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";
import { Skeleton } from "./skeleton.js";
import { classes, html } from "../ui.js";

/**
 * columns: [{key, label, render(row), sort: name of the API, number: right-aligned, title: the heading of its card,
 *   acts: buttons (no label is shown), hidden: label for screen readers alone, wide: takes what room there is}]
 * rows, keyOf(row), caption (for screen readers), sort ("name" or "-name"), onSort(sort), marked(row): is shown as chosen.
 */
export function Table({ columns, rows, keyOf, caption, sort, onSort, marked }) {
  return html`
    <div class="table-frame" tabindex="-1">
      <table class="table" role="table">
        <caption class="unseen">${caption}</caption>
        <thead role="rowgroup"><tr role="row">
          ${columns.map((column) => html`<${Head} key=${column.key} column=${column} sort=${sort} onSort=${onSort} />`)}
        </tr></thead>
        <tbody role="rowgroup">
          ${rows.map((row) => html`<tr key=${keyOf(row)} role="row" class=${marked?.(row) ? "is-marked" : undefined}>
            ${columns.map((column) => html`<td key=${column.key} role="cell" class=${looks(column)} data-label=${column.acts || column.title ? undefined : column.label}>${column.render(row)}</td>`)}
          </tr>`)}
        </tbody>
      </table>
    </div>`;
}

const looks = (column) =>
  classes(column.number && "is-number", column.title && "is-title", column.acts && "is-acts", column.wide && "is-wide") || undefined;

function Head({ column, sort, onSort }) {
  if (!column.sort || !onSort) {
    return html`<th role="columnheader" scope="col" class=${looks(column)}><span class=${column.acts || column.hidden ? "unseen" : undefined}>${column.label}</span></th>`;
  }
  const up = sort === column.sort;
  const down = sort === `-${column.sort}`;
  return html`
    <th role="columnheader" scope="col" class=${looks(column)} aria-sort=${up ? "ascending" : down ? "descending" : "none"}>
      <button class="table-sort" type="button" onClick=${() => onSort(up ? `-${column.sort}` : column.sort)}>
        ${column.label}<${Icon} name=${up ? "up" : down ? "down" : "sort"} />
      </button>
    </th>`;
}

/** A list of use-loaded.js as a table, with what is shown while it loads, when it is empty, and when it fails. */
export function PagedTable({ list, what, empty, ...table }) {
  if (list.items === null) {
    return list.error
      ? html`<${ErrorAlert} error=${list.error} title=${`The ${what} could not be loaded.`} onAgain=${list.reload} />`
      : html`<${Skeleton} label=${`Loading the ${what}`} rows=${8} />`;
  }
  if (list.items.length === 0) return empty;
  return html`
    <${Table} rows=${list.items} ...${table} />
    <${ErrorAlert} error=${list.error} title=${`More ${what} could not be loaded.`} onAgain=${list.more ?? list.reload} />
    ${list.more && html`<p class="table-more"><${Button} onClick=${list.more} busy=${list.adding && "Loading more …"}>Show more ${what}<//></p>`}`;
}
