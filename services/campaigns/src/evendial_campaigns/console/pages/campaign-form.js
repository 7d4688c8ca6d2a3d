// A new campaign, or other rules for one.
import { Alert, ErrorAlert } from "../parts/alert.js";
import { BasicsSection } from "../parts/form-basics.js";
import { Button } from "../parts/button.js";
import { Icon } from "../parts/icon.js";
import { LimitsSection, PaceSection } from "../parts/form-limits.js";
import { PageHeader } from "../parts/page-header.js";
import { RetriesSection } from "../parts/form-retries.js";
import { Skeleton } from "../parts/skeleton.js";
import { WhenSection } from "../parts/form-when.js";
import { toast } from "../parts/toast.js";
import { get, patch, post } from "../api.js";
import { checkFields } from "../campaign-checks.js";
import { bodyOf, changesOf, fieldsOf } from "../campaign-fields.js";
import { rateInWords, retriesInWords, windowInWords } from "../campaign-words.js";
import { useLeaveWarning } from "../leave-warning.js";
import { go, href } from "../router.js";
import { isAdmin, session } from "../session.js";
import { failureOf, useForm } from "../use-form.js";
import { useLoaded } from "../use-loaded.js";
import { ownZone } from "../words.js";
import { html, useEffect, useMemo, useRef } from "../ui.js";

export default function CampaignForm({ params }) {
  const loaded = useLoaded(
    async (signal) => ({
      campaign: params.id ? await get(`/campaigns/${params.id}`, { signal }) : null,
      laws: (await get("/jurisdictions", { signal })).items ?? [],
    }),
    [params.id],
  );
  const title = params.id ? `Edit ${loaded.data?.campaign.name ?? "campaign"}` : "New campaign";
  const back = params.id ? `/campaigns/${params.id}` : "/campaigns";
  return html`
    <${PageHeader} title=${title} above=${html`<a class="back" href=${href(back)}><${Icon} name="back" />${params.id ? "Back to the campaign" : "Campaigns"}</a>`} />
    ${loaded.data
      ? html`<${Form} key=${loaded.data.campaign?.version} ...${loaded.data} back=${back} onReload=${loaded.reload} />`
      : loaded.error
        ? html`<${ErrorAlert} error=${loaded.error} onAgain=${loaded.reload} />`
        : html`<${Skeleton} label="Loading the rules" rows=${8} />`}`;
}

function Form({ campaign, laws, back, onReload }) {
  const zones = useMemo(() => Intl.supportedValuesOf?.("timeZone") ?? [], []);
  const known = zones.length ? [...new Set(["UTC", ...zones, campaign?.time_zone ?? ownZone()])] : [];
  const initial = useMemo(() => {
    const fields = fieldsOf(campaign, ownZone());
    return campaign ? fields : { ...fields, owner_id: session.get().user_id };
  }, []);
  const send = async (fields, version) => {
    if (!campaign) {
      const made = await post("/campaigns", { ...bodyOf(fields), ...(isAdmin() && { owner_id: fields.owner_id }) });
      toast("The campaign is made. Next come its numbers and its actions.");
      return go(`/campaigns/${made.campaign_id}`);
    }
    const changes = changesOf(campaign, fields);
    if (Object.keys(changes).length) await patch(`/campaigns/${campaign.campaign_id}`, changes, { version });
    toast(campaign.status === "active" ? "Saved. It holds from the next slot on." : "Saved.");
    go(back);
  };
  const form = useForm({ initial, check: (fields) => checkFields(fields, known), submit: (fields) => send(fields, campaign?.version) });
  useLeaveWarning(form.changed);
  const first = useRef(null);
  useEffect(() => {
    if (!campaign) first.current.querySelector("[name=name]").focus();
  }, []);

  return html`
    <form ref=${first} onSubmit=${form.onSubmit} novalidate aria-label="Rules">
      <div class="columns">
        <div class="stack">
          ${form.failure && html`<${Failure} form=${form} onReload=${onReload} onAnyway=${() => send(form.values, null)} />`}
          <${BasicsSection} form=${form} isNew=${!campaign} />
          <${PaceSection} form=${form} numbers=${campaign?.numbers ?? 0} />
          <${WhenSection} form=${form} laws=${laws} zones=${known} />
          <${RetriesSection} form=${form} />
          <${LimitsSection} form=${form} />
        </div>
        <${InWords} fields=${form.values} numbers=${campaign?.numbers ?? 0} />
      </div>
      <div class="form-bar gap-above">
        <${Button} type="submit" kind="primary" busy=${form.busy && "Saving …"}>${campaign ? "Save" : "Make the campaign"}<//>
        <a class="button" href=${href(back)}>Cancel</a>
        ${Object.keys(form.errors).length > 0 && html`<span class="field-error"><${Icon} name="alert" />Something above cannot be right yet.</span>`}
      </div>
    </form>`;
}

function Failure({ form, onReload, onAnyway }) {
  if (form.failure.type !== "version_mismatch") return html`<${Alert} kind="error" title="It was not saved.">${failureOf(form)}<//>`;
  return html`
    <${Alert} kind="warning" title="Somebody else has changed the campaign meanwhile.">
      Only what you have changed would be saved over it; their other changes stay.
      <span class="row gap-above"><${Button} small onClick=${onAnyway}>Save mine<//><${Button} small onClick=${onReload}>Show theirs, forget mine<//></span>
    <//>`;
}

const InWords = ({ fields, numbers }) => html`
  <aside class="card aside" aria-label="In words">
    <h2>In words</h2>
    <ul>
      <li>${rateInWords({ perMinute: Number(fields.calls_per_minute), numbers, zone: fields.time_zone, now: Date.now() })}</li>
      <li>${windowInWords(fields)}</li>
      <li>${retriesInWords(fields)}</li>
      <li class="faint">All of this can be changed while the campaign calls: it holds from the next slot on.</li>
    </ul>
  </aside>`;
