// Whether everything works, and what does not.
import { Alert, ErrorAlert } from "../parts/alert.js";
import { Badge } from "../parts/badge.js";
import { PageHeader } from "../parts/page-header.js";
import { Skeleton } from "../parts/skeleton.js";
import { Time } from "../parts/time.js";
import { get } from "../api.js";
import { doesWhat, isListening, partWords, processWords, stateOf, troublesOf } from "../health-words.js";
import { href } from "../router.js";
import { useEvery, useLoaded } from "../use-loaded.js";
import { capital } from "../words.js";
import { html } from "../ui.js";

const FRESH_MS = 3000;
const LETTERS = 100;

export default function Health() {
  const { data, error, reload } = useLoaded(async (signal) => {
    const [health, trunks, letters] = await Promise.all([
      get("/health", { signal }),
      get("/trunks", { query: { limit: 1000 }, signal }),
      get("/dead-letters", { query: { limit: LETTERS }, signal }),
    ]);
    return { health, trunks: trunks.items, letters: { count: letters.items.length, more: letters.next !== null } };
  });
  useEvery(FRESH_MS, reload);
  return html`
    <${PageHeader} title="Health" below=${data && html`<span>As of <${Time} at=${data.health.at} form="time" seconds /></span>`} />
    ${data ? html`
      <${ErrorAlert} error=${error} title="This is not fresh any more." onAgain=${reload} />
      <${Summary} ...${data} />
      <h2 class="unseen">Services</h2>
      <div class="services">${data.health.services.map((service) => html`<${Service} key=${service.service} service=${service} health=${data.health} />`)}</div>`
      : error ? html`<${ErrorAlert} error=${error} title="How everything is could not be loaded." onAgain=${reload} />`
      : html`<${Skeleton} label="Asking how everything is" rows=${5} />`}`;
}

function Summary({ health, trunks, letters }) {
  const troubles = troublesOf(health, trunks, letters);
  if (!troubles.length) {
    return html`<div role="status"><${Alert} kind="success" title=${isListening(health) ? "Nothing is wrong so far." : "Everything works."}>
      ${isListening(health) ? "The services are just being listened to." : "All services are heard and ready, all trunks carry calls as set, and every message was taken in."}<//></div>`;
  }
  return html`<div class="alerts is-flush" role="status">${troubles.map((each) => html`
    <${Alert} key=${each.text} kind="warning" title=${each.text} action=${each.href && html`<a class="button is-small" href=${href(each.href)}>${each.label}</a>`} />`)}</div>`;
}

function Service({ service, health }) {
  const now = new Date(health.at).getTime();
  const { label, tone } = service.state === "away" && isListening(health) ? { label: "Listening …", tone: "plain" } : stateOf(service);
  return html`
    <section class="card service" aria-label=${capital(service.service)}>
      <div class="row is-apart"><h3>${capital(service.service)}</h3><${Badge} label=${label} tone=${tone} /></div>
      <p class="faint">${doesWhat(service)}</p>
      <ul class="processes">${service.instances.map((instance) => html`<${Process} key=${instance.instance} instance=${instance} now=${now} />`)}</ul>
    </section>`;
}

const Process = ({ instance, now }) => html`
  <li>
    <div class="row is-apart"><span class="mono process-name">${instance.instance}</span><span class="faint small">${instance.version}</span></div>
    <p class=${instance.silent ? "process-bad" : "faint small"}>${capital(processWords(instance, now))}</p>
    ${!instance.silent && Object.entries(instance.waiting_for).map(([part, reason]) => html`
      <p key=${part} class="process-bad">Waits for ${partWords(part)}: ${reason}</p>`)}
  </li>`;
