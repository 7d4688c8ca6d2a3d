// Lists of the API that are not long, whole: what a field offers, and the names of ids.
import { get } from "./api.js";
import { useLoaded } from "./use-loaded.js";

const MOST = 1000;

/** All items of a list, page after page. */
async function all(path, query, signal) {
  const items = [];
  for (let cursor; cursor !== null; ) {
    const page = await get(path, { query: { ...query, limit: MOST, cursor }, signal });
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

/**
 * As useLoaded, of a whole list; items is null until it is there. nameOf(id) is "" for what is not in it.
 * id: the field that names an item; wanted=${false} where who looks may not ask: then there is nothing in it.
 */
export function useAll(path, id, { query = {}, wanted = true } = {}) {
  const asked = JSON.stringify([path, query, wanted]);
  const { data, error, reload } = useLoaded((signal) => (wanted ? all(path, query, signal) : []), [asked]);
  const nameOf = (wantedId) => data?.find((each) => each[id] === wantedId)?.name ?? "";
  return { items: data, error, reload, nameOf };
}
