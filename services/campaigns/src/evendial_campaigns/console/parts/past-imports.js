// The lists that came before: what became of each, and undoing it.
import { Badge } from "./badge.js";
import { Dialog } from "./dialog.js";
import { EmptyState } from "./empty-state.js";
import { ErrorAlert } from "./alert.js";
import { ImportReport, undo } from "./import-report.js";
import { Menu } from "./menu.js";
import { Skeleton } from "./skeleton.js";
import { PagedTable } from "./table.js";
import { Time } from "./time.js";
import { address, get } from "../api.js";
import { reportWords } from "../number-words.js";
import { setQuery } from "../router.js";
import { useEvery, useLoaded, usePaged } from "../use-loaded.js";
import { bytes, count } from "../words.js";
import { html, useState } from "../ui.js";

const RUNNING_MS = 2000;

/** In a dialog. onChange: one was undone; onClose. */
export function PastImports({ campaign, onChange, onClose }) {
  const list = usePaged(`/campaigns/${campaign.campaign_id}/imports`, {}, { limit: 20 });
  const [shown, setShown] = useState(null);
  useEvery(RUNNING_MS, () => list.items?.some((each) => each.state === "running") && list.reload());
  const undone = () => (list.reload(), onChange());
  const only = (each) => (onClose(), setQuery({ import_id: each.import_id }));
  const acts = (each) => [
    each.state === "finished" && { label: "Show its report", icon: "list", run: () => setShown(each.import_id) },
    each.state === "finished" && !each.undone_at && { label: "Show its numbers", icon: "filter", run: () => only(each) },
    each.rejected > 0 && { label: "Download the refused lines", icon: "download", href: address(`/imports/${each.import_id}/refused`) },
    each.state === "finished" && each.accepted > 0 && !each.undone_at && { label: "Undo the import", icon: "trash", danger: true, divided: true, run: () => undo(each, campaign, undone) },
  ];
  const columns = [
    { key: "at", label: `Begun (${campaign.time_zone})`, render: (each) => html`<${Time} at=${each.started_at} zone=${campaign.time_zone} zoned=${false} />` },
    { key: "what", label: "What became of it", title: true, wide: true, render: outcome },
    { key: "size", label: "Size", number: true, render: (each) => bytes(each.bytes) },
    { key: "acts", label: "Acts", acts: true, render: (each) => acts(each).some(Boolean) && html`<${Menu} label=${`Acts on the import of ${count(each.lines, "line")}`} items=${acts(each)} />` },
  ];
  return html`
    <${Dialog} title="Imports" wide onClose=${onClose}>
      ${shown ? html`<${Report} id=${shown} campaign=${campaign} onChange=${undone} onClose=${() => setShown(null)} />`
        : html`<${PagedTable} list=${list} what="imports" caption="Imports" columns=${columns} keyOf=${(each) => each.import_id}
          empty=${html`<${EmptyState} icon="upload" title="Nothing was imported yet" text="Drop a list onto the page, or choose a file there." />`} />`}
    <//>`;
}

function outcome(each) {
  if (each.state === "running") return html`<${Badge} state="running" /> ${count(each.lines, "line")} read so far`;
  if (each.state === "cut_off") return html`<${Badge} state="cut_off" tone="bad" /> The connection ended before the list did; nothing was taken.`;
  return html`${each.undone_at && html`<${Badge} state="undone" /> `}${reportWords(each)}`;
}

function Report({ id, campaign, onChange, onClose }) {
  const { data, error, reload } = useLoaded((signal) => get(`/imports/${id}`, { signal }), [id]);
  if (error) return html`<${ErrorAlert} error=${error} onAgain=${reload} />`;
  return data ? html`<${ImportReport} report=${data} campaign=${campaign} onChange=${onChange} onClose=${onClose} />` : html`<${Skeleton} label="Loading the report" />`;
}
