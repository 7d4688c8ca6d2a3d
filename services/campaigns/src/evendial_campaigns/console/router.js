// Which page the address asks for: #/campaigns/17/numbers?state=failed.
import { observed } from "./observed.js";
import { HOME, routes } from "./routes.js";

const compiled = routes.map((route) => ({ ...route, fits: matcher(route.path) }));

function matcher(path) {
  const names = [];
  const pattern = path.replace(/:(\w+)/g, (_, name) => (names.push(name), "([^/]+)"));
  const whole = new RegExp(`^${pattern}$`);
  return (asked) => {
    const found = whole.exec(asked);
    return found && Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1])]));
  };
}

function placeOf(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?");
  const asked = path.replace(/\/$/, "") || HOME;
  for (const route of compiled) {
    const params = route.fits(asked);
    if (params) return { route, path: asked, params, query: Object.fromEntries(new URLSearchParams(query)) };
  }
  return { route: null, path: asked, params: {}, query: {} };
}

export const hasPage = (path) => compiled.some((route) => route.fits(path));

/** {route, path, params, query}; route is null where there is no such page. */
export const place = observed(placeOf(location.hash));
/** How often somebody has gone on to another page: from then on its heading takes the focus. */
export const moves = { count: 0 };

addEventListener("hashchange", () => {
  const next = placeOf(location.hash);
  if (next.path !== place.get().path) moves.count += 1;
  place.set(next);
});

/** The address of a page, for a link. */
export function href(path, query) {
  const named = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(named).toString();
  return `#${path}${text ? `?${text}` : ""}`;
}

export function go(path, query) {
  location.hash = href(path, query);
}

/** Keeps what is searched and sorted by in the address, without a step in the history. */
export function setQuery(query) {
  history.replaceState(null, "", href(place.get().path, query));
  place.set(placeOf(location.hash));
}

/** The pages that are shown in one part of the navigation. */
export const navigation = (part, admin) =>
  routes.filter((route) => route.nav?.in === part && (admin || !route.admin));
