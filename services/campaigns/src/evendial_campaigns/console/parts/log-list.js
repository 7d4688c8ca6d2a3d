// A timeline of the record, page by page, each entry with an address of its own.
import { ErrorAlert } from "./alert.js";
import { Button } from "./button.js";
import { Skeleton } from "./skeleton.js";
import { Timeline } from "./timeline.js";
import { byDay, iconOf, sentenceIn, sourceWords, toneOf } from "../log-words.js";
import { href } from "../router.js";
import { html } from "../ui.js";

/**
 * list: of usePaged; campaign; marked: the id of an entry that is linked to; numbers: whether entries lead to their
 * numbers; empty: what is shown where there is none.
 */
export function LogList({ list, campaign, marked, numbers, label, empty }) {
  if (list.items === null) {
    return list.error ? html`<${ErrorAlert} error=${list.error} title="The log could not be loaded." onAgain=${list.reload} />`
      : html`<${Skeleton} label="Loading the log" rows=${8} />`;
  }
  if (list.items.length === 0) return empty;
  const zone = campaign.time_zone;
  const days = byDay(list.items.map((entry) => shown(entry, campaign, numbers)), zone);
  return html`
    ${days.map(([day, entries]) => html`
      <h3 key=${day} class="log-day">${day}, ${zone}</h3>
      <${Timeline} key=${`${day}-entries`} entries=${entries} zone=${zone} label=${`${label}: ${day}`} marked=${marked} timed />`)}
    <${ErrorAlert} error=${list.error} title="Older entries could not be loaded." onAgain=${list.more ?? list.reload} />
    ${list.more && html`<p class="table-more"><${Button} onClick=${list.more} busy=${list.adding && "Loading older entries …"}>Show older entries<//></p>`}`;
}

function shown(entry, campaign, numbers) {
  const path = `/campaigns/${campaign.campaign_id}`;
  const leads = numbers && entry.number_id !== null;
  return {
    id: entry.id,
    at: entry.at,
    title: sentenceIn(entry.sentence, campaign.time_zone),
    tone: toneOf(entry),
    icon: iconOf(entry),
    link: href(`${path}/log`, { entry: entry.id }),
    text: html`${sourceWords(entry)}${leads && html` · <a href=${href(`${path}/numbers/${entry.number_id}`)}>number ${entry.number_id}</a>`}`,
  };
}
