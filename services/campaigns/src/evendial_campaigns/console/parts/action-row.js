// One action of a sequence: what it does, moved and removed.
import { Button } from "./button.js";
import { Icon } from "./icon.js";
import { Listen } from "./listen.js";
import { PromptUpload } from "./prompt-upload.js";
import { TextInput } from "./field.js";
import { lengthOf } from "../sequence.js";
import { clock } from "../words.js";
import { classes, html, useId } from "../ui.js";

const KINDS = { wait: { label: "Wait", icon: "clock" }, play: { label: "Play", icon: "sound" }, ivr: { label: "Hand over to", icon: "phone" } };

/** at, of: its place; stock: {prompts: Map, ivrs, ownerId, onTaken}; onEdit(change), onMove(to), onRemove(). */
export function ActionRow({ action, at, of, error, heard, stock, onEdit, onMove, onRemove }) {
  const kind = KINDS[action.kind];
  const errorId = useId();
  const control = { "aria-invalid": error ? "true" : undefined, "aria-describedby": error ? errorId : undefined };
  const named = `${kind.label}, action ${at + 1} of ${of}`;
  return html`
    <li class=${classes("action", heard && "is-heard")} data-key=${action.key} aria-label=${named}>
      <span class="action-grip" title="Drag to move" aria-hidden="true"><${Icon} name="grip" /></span>
      <span class="action-kind"><${Icon} name=${kind.icon} /></span>
      <div class="action-words">
        <b>${kind.label}</b>
        <${Content} action=${action} control=${control} stock=${stock} onEdit=${onEdit} />
        ${error && html`<p class="field-error" id=${errorId}><${Icon} name="alert" />${error}</p>`}
      </div>
      <div class="action-acts">
        <${Button} kind="quiet" small icon="up" label=${`Move up: ${named}`} class="move-up" disabled=${at === 0} onClick=${() => onMove(at - 1)} />
        <${Button} kind="quiet" small icon="down" label=${`Move down: ${named}`} class="move-down" disabled=${at === of - 1} onClick=${() => onMove(at + 1)} />
        <${Button} kind="quiet" small icon="trash" label=${`Remove: ${named}`} onClick=${onRemove} />
      </div>
    </li>`;
}

function Content({ action, control, stock, onEdit }) {
  if (action.kind === "wait") {
    return html`<${TextInput} ...${control} class="is-number" type="number" min="0" max="3600" step="any" aria-label="Seconds"
      value=${action.seconds} onChange=${(seconds) => onEdit({ seconds })} /><span class="faint">seconds</span>`;
  }
  if (action.kind === "ivr") return html`<${Ivr} action=${action} control=${control} ivrs=${stock.ivrs} onEdit=${onEdit} />`;
  const prompt = stock.prompts.get(action.prompt_id);
  const options = [...stock.prompts.values()];
  return html`
    <span class="select">
      <select ...${control} aria-label="Prompt" class="input" value=${action.prompt_id} onInput=${(event) => onEdit({ prompt_id: event.target.value })}>
        <option value="" selected=${!action.prompt_id}>Choose a prompt</option>
        ${options.map((each) => html`<option key=${each.prompt_id} value=${each.prompt_id} selected=${each.prompt_id === action.prompt_id}>${each.name}</option>`)}
      </select></span>
    ${prompt && html`<${Listen} prompt=${prompt} small /><span class="faint number">${clock(lengthOf(action, stock.prompts))}</span>`}
    <${PromptUpload} small ownerId=${stock.ownerId} onTaken=${(taken) => (stock.onTaken(taken), onEdit({ prompt_id: taken.prompt_id }))} />`;
}

/** Users see that there is one; only admins may choose. */
const Ivr = ({ action, control, ivrs, onEdit }) =>
  ivrs
    ? html`<span class="select">
        <select ...${control} aria-label="IVR" class="input" value=${action.ivr_id} onInput=${(event) => onEdit({ ivr_id: event.target.value })}>
          <option value="" selected=${!action.ivr_id}>Choose an IVR</option>
          ${ivrs.map((each) => html`<option key=${each.ivr_id} value=${each.ivr_id} selected=${each.ivr_id === action.ivr_id}>${each.name}</option>`)}
        </select></span>`
    : html`<span>an IVR <span class="faint">(${action.context}), chosen by an admin</span></span>`;
