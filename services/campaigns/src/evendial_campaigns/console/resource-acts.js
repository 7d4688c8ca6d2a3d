// Deleting what admins define, after a question.
import { confirm } from "./parts/confirm.js";
import { toast } from "./parts/toast.js";
import { del } from "./api.js";
import { html } from "./ui.js";

/** An item of a row's menu, of what removeResource is told. */
export const deleteAct = (resource) => ({ label: "Delete", icon: "trash", danger: true, divided: true, run: () => removeResource(resource) });

/** what: "device"; path: of the API; row: {name}; meaning: what follows from it, in a sentence. */
async function removeResource({ what, path, row, meaning, onDone }) {
  const done = await confirm({
    title: `Delete the ${what} “${row.name}”?`,
    text: html`<p>${meaning} This cannot be undone.</p>`,
    act: `Delete the ${what}`,
    busy: "Deleting it …",
    danger: true,
    run: () => del(path),
  });
  if (!done) return;
  toast(`“${row.name}” was deleted.`);
  onDone();
}
