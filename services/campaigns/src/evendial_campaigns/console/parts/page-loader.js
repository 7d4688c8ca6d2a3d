// A page, loaded when somebody goes there, and what is shown while and where it is not.
import { Alert } from "./alert.js";
import { EmptyState } from "./empty-state.js";
import { PageHeader } from "./page-header.js";
import { Skeleton } from "./skeleton.js";
import { HOME } from "../routes.js";
import { href } from "../router.js";
import { isAdmin } from "../session.js";
import { html, useEffect, useErrorBoundary, useState } from "../ui.js";

export function PageLoader({ here }) {
  const { route } = here;
  const [loaded, setLoaded] = useState({ route: null, Page: null, failed: false });
  const [tries, setTries] = useState(0);

  useEffect(() => {
    let left = false;
    route?.load().then(
      (module) => left || setLoaded({ route, Page: module.default, failed: false }),
      () => left || setLoaded({ route, Page: null, failed: true }),
    );
    return () => (left = true);
  }, [route, tries]);

  if (!route) return html`<${NoSuchPage} />`;
  if (route.admin && !isAdmin()) return html`<${AdminsOnly} />`;
  if (loaded.route !== route) return html`<${Skeleton} label="Loading the page" rows=${6} />`;
  if (loaded.failed) return html`<${NotLoaded} onAgain=${() => setTries(tries + 1)} />`;
  return html`<${Guarded} key=${here.path} Page=${loaded.Page} here=${here} />`;
}

function Guarded({ Page, here }) {
  const [error] = useErrorBoundary((caught) => console.error(caught));
  if (error) return html`<${NotLoaded} onAgain=${() => location.reload()} />`;
  return html`<${Page} params=${here.params} query=${here.query} />`;
}

const NoSuchPage = () => html`
  <${PageHeader} title="There is no such page" />
  <${EmptyState} title="The address leads nowhere"
    text="It may have been mistyped, or what it showed is gone."
    action=${html`<a class="button is-primary" href=${href(HOME)}>Go to the campaigns</a>`} />`;

const AdminsOnly = () => html`
  <${PageHeader} title="For admins only" />
  <${EmptyState} title="You are no admin" text="This page shows what concerns everybody. Ask an admin for what you need."
    action=${html`<a class="button is-primary" href=${href(HOME)}>Go to your campaigns</a>`} />`;

const NotLoaded = ({ onAgain }) => html`
  <${PageHeader} title="The page could not be shown" />
  <${Alert} kind="error" title="Part of the console could not be loaded or has failed."
    action=${html`<button class="button" type="button" onClick=${onAgain}>Try again</button>`}>
    It may have been updated meanwhile. If trying again does not help, reload the page.
  <//>`;
