// What the list of campaigns shows of each.
import { BlockerNote } from "./blocker-note.js";
import { CampaignMenu } from "./campaign-menu.js";
import { Status } from "./campaign-frame.js";
import { Note } from "./note.js";
import { PlayStop } from "./play-stop.js";
import { ProgressBar } from "./progress-bar.js";
import { href } from "../router.js";
import { number } from "../words.js";
import { html } from "../ui.js";

/** admin: shows whose they are; notes: what came of acts, by id; onDone(row, result), onChange(row, act). */
export const campaignColumns = ({ admin, notes, onDone, onChange }) => [
  { key: "name", label: "Name", title: true, wide: true, sort: "name", render: (row) => html`<${Name} row=${row} note=${notes[row.campaign_id]} />` },
  { key: "status", label: "Status", sort: "status", render: (row) => html`<${Status} campaign=${row} />` },
  ...(admin ? [{ key: "owner", label: "Owner", render: (row) => row.owner_name }] : []),
  { key: "left", label: "Numbers left", number: true, render: (row) => html`<${Left} row=${row} />` },
  { key: "rate", label: "Rate now", number: true, render: (row) => html`<${Rate} row=${row} />` },
  { key: "answered", label: "Answered", render: (row) => html`<${Answered} row=${row} />` },
  {
    key: "acts", label: "Acts", acts: true,
    render: (row) => html`<span class="row is-tight">
      <${PlayStop} campaign=${row} onDone=${(result) => onDone(row, result)} />
      <${CampaignMenu} campaign=${row} onChange=${(act, done) => onChange(row, act, done)} /></span>`,
  },
];

const Name = ({ row, note }) => html`
  <a href=${href(`/campaigns/${row.campaign_id}`)}>${row.name}</a>
  <span class="table-note">${row.run_time}</span>
  ${note ? html`<span role="status"><${Note} note=${note} /></span>` : row.status === "active" && html`<${BlockerNote} id=${row.campaign_id} />`}`;

const Left = ({ row }) =>
  row.numbers
    ? html`<span>${number(row.numbers_left)}<span class="table-note">of ${number(row.numbers)}</span></span>`
    : html`<span class="faint">no list</span>`;

const Rate = ({ row }) =>
  row.status === "active"
    ? html`<span>${number(row.calls_last_minute)}<span class="table-note">of ${number(row.calls_per_minute)}/min</span></span>`
    : html`<span class="faint" title="Calls a minute while it is active">${number(row.calls_per_minute)}/min</span>`;

function Answered({ row }) {
  if (!row.called) return html`<span class="faint">–</span>`;
  return html`<${ProgressBar} small share=${row.answered / row.called} label=${`Answered, of ${number(row.called)} numbers that were called`} />`;
}
