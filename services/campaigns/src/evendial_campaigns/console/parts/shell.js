// The frame around every page: name, navigation, theme, person.
import { Icon, Mark } from "./icon.js";
import { Menu } from "./menu.js";
import { toast } from "./toast.js";
import { useObserved } from "../observed.js";
import { wordsOf } from "../problem.js";
import { href, navigation } from "../router.js";
import { HOME } from "../routes.js";
import { signOut } from "../session.js";
import { THEMES, chooseTheme, theme } from "../theme.js";
import { capital } from "../words.js";
import { classes, html, useEffect, useState } from "../ui.js";

const THEME_ICONS = { system: "system", light: "sun", dark: "moon" };
const isWithin = (here, path) => here.path === path || here.path.startsWith(`${path}/`);

export function Shell({ who, here, children }) {
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [here.path]);
  const skip = (event) => {
    event.preventDefault();
    document.querySelector("#main h1")?.focus();
  };
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <header class="bar">
      <div class="bar-inner">
        <a class="brand" href=${href(HOME)}><${Mark} /><span>Evendial</span></a>
        <button class="button is-quiet is-icon bar-toggle" type="button" aria-expanded=${String(open)} aria-controls="navigation"
          aria-label="Navigation" onClick=${() => setOpen(!open)}><${Icon} name=${open ? "close" : "menu"} /></button>
        <div id="navigation" class=${classes("bar-content", open && "is-open")}>
          <${Navigation} who=${who} here=${here} />
          <div class="bar-tools"><${ThemeMenu} /><${PersonMenu} who=${who} /></div>
        </div>
      </div>
    </header>
    <main id="main" class="page">${children}</main>`;
}

function Navigation({ who, here }) {
  const admin = navigation("admin", who.role === "admin");
  const link = (route) => html`<a key=${route.path} href=${href(route.path)} aria-current=${isWithin(here, route.path) ? "page" : undefined}>${route.nav.label}</a>`;
  return html`
    <nav class="nav" aria-label="Main">
      ${navigation("main", who.role === "admin").map(link)}
      ${admin.length > 0 && html`<${Menu} label="Administration" class=${classes("is-quiet nav-menu", admin.some((route) => isWithin(here, route.path)) && "is-current")}
        items=${admin.map((route) => ({ label: route.nav.label, href: href(route.path) }))}>Administration<${Icon} name="down" /><//>`}
    </nav>`;
}

function ThemeMenu() {
  const chosen = useObserved(theme);
  const items = THEMES.map((each) => ({
    label: each === "system" ? "As the system" : capital(each),
    icon: THEME_ICONS[each],
    checked: each === chosen,
    run: () => chooseTheme(each),
  }));
  return html`<${Menu} label="Theme" items=${items}><${Icon} name=${THEME_ICONS[chosen]} /><//>`;
}

function PersonMenu({ who }) {
  const out = () => signOut().catch((error) => toast(wordsOf(error), { kind: "error" }));
  const items = [
    ...navigation("person", who.role === "admin").map((route) => ({ label: route.nav.label, icon: route.nav.icon, href: href(route.path) })),
    { label: "HTTP API", icon: "list", href: "/schema/docs" },
    { label: "Sign out", icon: "next", run: out, divided: true },
  ];
  return html`
    <${Menu} label=${`${who.name}, signed in as ${who.role}`} class="is-quiet person" items=${items}>
      <span class="person-initial" data-initial=${capital(who.name).slice(0, 1)}></span>
      <span class="person-name">${who.name}</span><${Icon} name="down" />
    <//>`;
}
