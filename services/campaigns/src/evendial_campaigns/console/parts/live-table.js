// The chart in figures, for those who cannot see it; counted only while it is open.
import { html, useEffect, useState } from "../ui.js";
import { number, time } from "../words.js";
import { Table } from "./table.js";

const SHOWN = 12;
const EVERY_MS = 5000;

/** As LiveChart. */
export function LiveTable({ model, scale, zone, now }) {
  const [open, setOpen] = useState(false);
  return html`
    <details class="more" onToggle=${(event) => setOpen(event.currentTarget.open)}>
      <summary>The chart as a table</summary>
      ${open && html`<${Figures} model=${model} zone=${zone} now=${now} />`}
    </details>`;
}

function Figures({ model, zone, now }) {
  const [rows, setRows] = useState(() => newest(model, now()));
  useEffect(() => {
    const timer = setInterval(() => setRows(newest(model, now())), EVERY_MS);
    return () => clearInterval(timer);
  }, [model]);
  return html`<${Table} caption="Slots and calls by interval, the newest first" rows=${rows} keyOf=${(row) => row.begins} columns=${[
    { key: "begins", label: `From (${zone})`, title: true, render: ({ begins }) => time(begins * 1000, zone, { seconds: true }) },
    { key: "planned", label: "Slots", number: true, render: ({ planned }) => number(planned) },
    { key: "placed", label: "Calls", number: true, render: ({ placed }) => number(placed) },
    { key: "voided", label: "Not called", number: true, render: ({ voided }) => number(voided) },
  ]} />`;
}

function newest(model, now) {
  const [begins, planned, placed, voided] = model.read(now);
  return begins.map((each, at) => ({ begins: each, planned: planned[at], placed: placed[at], voided: voided[at] })).slice(-SHOWN).reverse();
}
