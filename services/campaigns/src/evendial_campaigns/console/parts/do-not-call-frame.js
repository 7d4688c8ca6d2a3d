// What both pages about numbers that nobody calls begin with.
import { PageHeader } from "./page-header.js";
import { Tabs } from "./tabs.js";
import { href } from "../router.js";
import { html } from "../ui.js";

const TABS = [["Numbers", "/do-not-call"], ["Lists", "/do-not-call/lists"]];

/** tab: "Numbers" or "Lists"; actions: buttons. */
export const DoNotCallFrame = ({ tab, actions, children }) => html`
  <${PageHeader} title="Do not call" name=${`${tab} · Do not call`} actions=${actions}
    below="Numbers that no list takes and no campaign calls. They are kept as keyed hashes: only whether one is among them can be asked." />
  <${Tabs} label="Do not call" tabs=${TABS.map(([label, path]) => ({ label, href: href(path), current: label === tab }))} />
  ${children}`;
