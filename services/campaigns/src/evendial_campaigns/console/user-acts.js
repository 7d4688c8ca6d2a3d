// What admins do to users, with the questions that come first.
import { confirm } from "./parts/confirm.js";
import { toast } from "./parts/toast.js";
import { patch } from "./api.js";
import { count } from "./words.js";
import { html } from "./ui.js";

const set = (user, change) => patch(`/users/${user.user_id}`, change);

/** Shuts a user out; onDone(user). */
export async function disable(user, onDone) {
  const goOn = user.active_campaigns > 0 && html`<p><b>${count(user.active_campaigns, "active campaign")}</b> of theirs ${user.active_campaigns === 1 ? "goes" : "go"} on
    until somebody stops ${user.active_campaigns === 1 ? "it" : "them"}.</p>`;
  await asked(onDone, `${user.name} is shut out.`, {
    title: `Shut ${user.name} out?`,
    text: html`<p>Their sessions and keys are worth nothing from now on, until somebody lets them in again. What is theirs stays.</p>${goOn}`,
    act: "Shut out", busy: "Shutting them out …", danger: true, run: () => set(user, { disabled: true }),
  });
}

export async function enable(user, onDone) {
  onDone(await set(user, { disabled: false }));
  toast(`${user.name} can sign in again.`);
}

/** Makes an admin of a user, or a user of an admin. */
export async function changeRole(user, onDone) {
  const up = user.role === "user";
  await asked(onDone, up ? `${user.name} is an admin now.` : `${user.name} is no admin any more.`, {
    title: up ? `Make ${user.name} an admin?` : `Take the admin's role from ${user.name}?`,
    text: up ? "Admins see and change everything: campaigns of others, users, trunks." : "They see what is theirs alone from now on; what they made for others stays.",
    act: up ? "Make an admin" : "Make a user", busy: "One moment …", danger: !up, run: () => set(user, { role: up ? "admin" : "user" }),
  });
}

async function asked(onDone, said, { run, ...question }) {
  let told;
  const done = await confirm({ ...question, run: async () => (told = await run()) });
  if (!done) return;
  toast(said);
  onDone(told);
}
