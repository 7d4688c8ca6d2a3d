// Making or changing one thing: its heading, its form once it is loaded.
import { ErrorAlert } from "./alert.js";
import { EditForm } from "./edit-form.js";
import { Icon } from "./icon.js";
import { PageHeader } from "./page-header.js";
import { Skeleton } from "./skeleton.js";
import { toast } from "./toast.js";
import { patch, post, read } from "../api.js";
import { changes } from "../resource-fields.js";
import { go, href } from "../router.js";
import { useForm } from "../use-form.js";
import { useLoaded } from "../use-loaded.js";
import { capital } from "../words.js";
import { html, useMemo } from "../ui.js";

/**
 * kind: of resource-fields.js; path: of the API, and of the list in the console; what: "device"; id: none makes a new one;
 * fixed: names of fields that cannot be changed later; given: values to begin a new one with;
 * said: what the toast says; children: a function of (form, made) -> its fields.
 */
export function EditPage({ kind, path, what, id, fixed = [], given = {}, said, children }) {
  const loaded = useLoaded(async (signal) => (id ? read(`${path}/${id}`, { signal }) : { body: null }), [id]);
  const list = `${capital(what)}s`;
  const title = id ? `Edit ${loaded.data?.body.name ?? what}` : `New ${what}`;
  return html`
    <${PageHeader} title=${title} above=${html`<a class="back" href=${href(path)}><${Icon} name="back" />${list}</a>`} />
    ${loaded.data
      ? html`<${Form} key=${loaded.data.version} made=${loaded.data.body} version=${loaded.data.version} onReload=${loaded.reload}
          kind=${kind} path=${path} what=${what} fixed=${fixed} given=${given} said=${said}>${children}<//>`
      : loaded.error
        ? html`<${ErrorAlert} error=${loaded.error} title=${`The ${what} cannot be shown.`} onAgain=${loaded.reload} />`
        : html`<${Skeleton} label=${`Loading the ${what}`} rows=${5} />`}`;
}

function Form({ made, version, onReload, kind, path, what, fixed, given, said, children }) {
  const initial = useMemo(() => ({ ...kind.fields(made), ...(made ? {} : given) }), []);
  const save = async (fields, at) => {
    if (!made) await post(path, kind.body(fields));
    else {
      const changed = changes(kind.body(kind.fields(made)), kind.body(fields));
      for (const name of fixed) delete changed[name];
      if (Object.keys(changed).length) await patch(`${path}/${made[`${what.toLowerCase()}_id`]}`, changed, { version: at });
    }
    toast(made ? "Saved." : said);
    go(path);
  };
  const form = useForm({ initial, check: kind.check, submit: (fields) => save(fields, version) });
  const anyway = () => save(form.values, null).catch((error) => toast(error.message, { kind: "error" }));
  return html`
    <${EditForm} form=${form} label=${what} act=${made ? "Save" : `Make the ${what}`} back=${path} onReload=${onReload} onAnyway=${anyway}>
      ${children(form, made)}
    <//>`;
}
