// What runs on an answered call.
import { Alert, ErrorAlert } from "../parts/alert.js";
import { Button } from "../parts/button.js";
import { CampaignFrame } from "../parts/campaign-frame.js";
import { EmptyState } from "../parts/empty-state.js";
import { SequenceList } from "../parts/sequence-list.js";
import { Skeleton } from "../parts/skeleton.js";
import { soundOf } from "../parts/listen.js";
import { toast } from "../parts/toast.js";
import { get, put, read } from "../api.js";
import { added, bodyOf, checkSequence, keyed, moved, sequenceInWords } from "../sequence.js";
import { playSequence } from "../sequence-player.js";
import { isAdmin } from "../session.js";
import { useAct, useLoaded } from "../use-loaded.js";
import { html, useEffect, useRef, useState } from "../ui.js";

const ALL = { limit: 1000 };

export default function Actions({ params }) {
  return html`
    <${CampaignFrame} id=${params.id} tab="Actions">
      ${(campaign, reload) => html`<${Loaded} campaign=${campaign} reload=${reload} />`}
    <//>`;
}

function Loaded({ campaign, reload }) {
  const at = `/campaigns/${campaign.campaign_id}`;
  const loaded = useLoaded(async (signal) => {
    const [sequence, prompts, ivrs] = await Promise.all([
      read(`${at}/actions`, { signal }),
      get("/prompts", { query: { ...ALL, owner_id: campaign.owner_id }, signal }),
      isAdmin() ? get("/ivrs", { query: ALL, signal }) : null,
    ]);
    return { sequence: sequence.body, prompts: prompts.items, ivrs: ivrs?.items ?? null };
  }, [at]);
  if (!loaded.data) {
    return loaded.error
      ? html`<${ErrorAlert} error=${loaded.error} title="The actions could not be loaded." onAgain=${loaded.reload} />`
      : html`<${Skeleton} label="Loading the actions" rows=${4} />`;
  }
  const again = () => Promise.all([loaded.reload(), reload()]);
  return html`<${Builder} key=${loaded.data.sequence.version} campaign=${campaign} ...${loaded.data} again=${again} />`;
}

function Builder({ campaign, sequence, prompts, ivrs, again }) {
  const [actions, setActions] = useState(() => sequence.actions.map(keyed));
  const [known, setKnown] = useState(() => new Map(prompts.map((each) => [each.prompt_id, each])));
  const [tried, setTried] = useState(false);
  const save = useAct(async (version) => {
    await put(`/campaigns/${campaign.campaign_id}/actions`, bodyOf(actions), { version });
    toast(campaign.status === "active" ? "Saved. It holds from the next call on." : "Saved.");
    await again();
  });
  const wrong = checkSequence(actions);
  const changed = JSON.stringify(bodyOf(actions)) !== JSON.stringify(bodyOf(sequence.actions.map(keyed)));
  const add = (action) => setActions((before) => added(before, keyed(action)));
  const submit = () => {
    setTried(true);
    if (!Object.keys(wrong).length) save.run(sequence.version);
  };
  const stock = {
    prompts: known, ivrs, ownerId: campaign.owner_id,
    onTaken: (prompt) => setKnown((before) => new Map(before).set(prompt.prompt_id, prompt)),
  };
  const [heard, listen, silence] = useDryListen(actions);

  return html`
    <div class="stack">
      <div class="row is-apart">
        <p>${sequenceInWords(actions, known)}</p>
        ${actions.some((each) => each.kind !== "ivr") && html`<${Button} icon=${heard === null ? "play" : "stop"} disabled=${Object.keys(wrong).length > 0}
          onClick=${heard === null ? listen : silence}>${heard === null ? "Listen to all of it" : "Stop listening"}<//>`}
      </div>
      ${save.error && html`<${SaveFailure} error=${save.error} onAnyway=${() => save.run(null)} onReload=${again} />`}
      ${actions.length === 0 && html`<${EmptyState} icon="sound" title="No actions yet"
        text="When somebody answers, the actions run one after the other: a short wait, then a prompt, say. Without any the campaign cannot be started." />`}
      <${SequenceList} actions=${actions} wrong=${shownErrors(wrong, tried)} heard=${heard} stock=${stock}
        onMove=${(from, to) => setActions((before) => moved(before, from, to))}
        onEdit=${(key, change) => setActions((before) => before.map((each) => (each.key === key ? { ...each, ...change } : each)))}
        onRemove=${(key) => setActions((before) => before.filter((each) => each.key !== key))} />
      <div class="row" role="group" aria-label="Add an action">
        <${Button} icon="clock" onClick=${() => add({ kind: "wait", seconds: 1 })}>Add a wait<//>
        <${Button} icon="sound" onClick=${() => add({ kind: "play", prompt_id: prompts.length === 1 ? prompts[0].prompt_id : "" })}>Add a prompt<//>
        ${ivrs && !actions.some((each) => each.kind === "ivr") && html`<${Button} icon="phone" onClick=${() => add({ kind: "ivr" })}>Hand over to an IVR<//>`}
      </div>
      <div class="form-bar">
        <${Button} kind="primary" onClick=${submit} busy=${save.busy && "Saving …"} disabled=${!changed || campaign.archived}>Save<//>
        ${changed ? html`<${Button} onClick=${() => setActions(sequence.actions.map(keyed))}>Undo changes<//><span class="faint">Not saved yet.</span>`
          : html`<span class="faint">${campaign.archived ? "The campaign is archived; restore it to change anything." : "All is saved."}</span>`}
      </div>
    </div>`;
}

/** What is missing is said once somebody has tried to save; what is impossible at once. */
const shownErrors = (wrong, tried) =>
  tried ? wrong : Object.fromEntries(Object.entries(wrong).filter(([, words]) => !words.startsWith("Choose")));

function SaveFailure({ error, onAnyway, onReload }) {
  if (error.type !== "version_mismatch") return html`<${ErrorAlert} error=${error} title="It was not saved." />`;
  return html`
    <${Alert} kind="warning" title="Somebody else has changed the campaign meanwhile.">
      It may be the rules, or these actions.
      <span class="row gap-above"><${Button} small onClick=${onAnyway}>Save mine<//><${Button} small onClick=${onReload}>Show theirs, forget mine<//></span>
    <//>`;
}

/** [the key that is heard, start, stop]. */
function useDryListen(actions) {
  const [heard, setHeard] = useState(null);
  const stop = useRef(null);
  useEffect(() => () => stop.current?.(), []);
  const start = () => {
    const steps = actions.filter((each) => each.kind !== "ivr").map((each) =>
      each.kind === "wait" ? { key: each.key, wait_ms: Number(each.seconds) * 1000 } : { key: each.key, src: soundOf(each.prompt_id) });
    stop.current = playSequence(steps, {
      onAt: setHeard,
      onFailure: () => toast("A prompt cannot be played here.", { kind: "error" }),
    });
  };
  return [heard, start, () => stop.current?.()];
}
