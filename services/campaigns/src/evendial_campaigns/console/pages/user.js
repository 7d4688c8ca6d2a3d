// One user: what they may, their keys, and what is theirs.
import { ErrorAlert } from "../parts/alert.js";
import { Button } from "../parts/button.js";
import { Facts } from "../parts/facts.js";
import { Icon } from "../parts/icon.js";
import { KeysCard } from "../parts/keys-card.js";
import { LimitsCard } from "../parts/limits-card.js";
import { Menu } from "../parts/menu.js";
import { PageHeader } from "../parts/page-header.js";
import { RenameDialog } from "../parts/rename-dialog.js";
import { Skeleton } from "../parts/skeleton.js";
import { toast } from "../parts/toast.js";
import { PasswordDialog } from "../parts/user-dialogs.js";
import { UserStates } from "../parts/user-states.js";
import { get, patch } from "../api.js";
import { atField, wordsOf } from "../problem.js";
import { href } from "../router.js";
import { session } from "../session.js";
import { useLoaded } from "../use-loaded.js";
import { changeRole, disable, enable } from "../user-acts.js";
import { count, day } from "../words.js";
import { html, useState } from "../ui.js";

export default function User({ params }) {
  const path = `/users/${params.id}`;
  const { data: user, error, reload, setData } = useLoaded((signal) => get(path, { signal }), [path]);
  const [open, setOpen] = useState(null);
  const above = html`<a class="back" href=${href("/users")}><${Icon} name="back" />Users</a>`;
  if (!user) {
    return html`<${PageHeader} title=${error ? "The user cannot be shown" : "User"} above=${above} />
      ${error ? html`<${ErrorAlert} error=${error} onAgain=${reload} />` : html`<${Skeleton} label="Loading the user" rows=${6} />`}`;
  }
  const close = () => setOpen(null);
  return html`
    <${PageHeader} title=${user.name} above=${above} below=${html`<${UserStates} user=${user} />`}
      actions=${html`<${Acts} user=${user} onOpen=${setOpen} onChange=${setData} />`} />
    <div class="columns">
      <div class="stack">
        <${LimitsCard} userId=${user.user_id} />
        <${KeysCard} userId=${user.user_id} role=${user.role} name=${user.name} />
      </div>
      <${Theirs} user=${user} />
    </div>
    ${open === "password" && html`<${PasswordDialog} user=${user} onDone=${setData} onClose=${close} />`}
    ${open === "name" && html`<${RenameDialog} title=${`Rename ${user.name}`} name=${user.name} help="They sign in with it from now on." onClose=${close}
      onRename=${async (name) => setData(await atField(patch(path, { name }), "name_taken", "name"))} />`}`;
}

function Acts({ user, onOpen, onChange }) {
  const own = user.user_id === session.get().user_id;
  const failed = (error) => toast(wordsOf(error), { kind: "error" });
  const items = [
    { label: "Rename", icon: "edit", run: () => onOpen("name") },
    !own && { label: user.role === "user" ? "Make an admin" : "Make a user", icon: "person", run: () => changeRole(user, onChange) },
    user.disabled ? { label: "Let in again", icon: "check", divided: true, run: () => enable(user, onChange).catch(failed) }
      : !own && { label: "Shut out", icon: "close", danger: true, divided: true, run: () => disable(user, onChange) },
  ];
  return html`
    ${!own && html`<${Button} icon="key" onClick=${() => onOpen("password")}>New password<//>`}
    <${Menu} label=${`Acts on ${user.name}`} items=${items} />`;
}

const Theirs = ({ user }) => html`
  <section class="card">
    <h2>What is theirs</h2>
    <${Facts} facts=${[
      ["Campaigns", html`<a href=${href("/campaigns", { owner_id: user.user_id })}>All campaigns</a>${user.active_campaigns > 0 && html`, <a href=${href("/campaigns", { owner_id: user.user_id, status: "active" })}>${count(user.active_campaigns, "active one")}</a>`}`],
      ["Devices", html`<a href=${href("/devices", { owner_id: user.user_id })}>Devices</a>`],
      ["Prompts", html`<a href=${href("/prompts", { owner_id: user.user_id })}>Prompts</a>`],
      ["Access", html`<a href=${href("/access-log", { user_id: user.user_id })}>Sign-ins and changes</a>`],
      ["Since", html`<time datetime=${user.created_at}>${day(user.created_at)}</time>`],
    ]} />
  </section>`;
