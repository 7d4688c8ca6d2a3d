// One's own API keys.
import { KeysCard } from "../parts/keys-card.js";
import { PageHeader } from "../parts/page-header.js";
import { session } from "../session.js";
import { html } from "../ui.js";

export default function Keys() {
  const who = session.get();
  return html`
    <${PageHeader} title="Your API keys" below=${html`<span>What programs sign in with. What they can do is told by the <a href="/schema/docs">HTTP API</a>.</span>`} />
    <${KeysCard} userId=${who.user_id} role=${who.role} name=${who.name} />`;
}
