// What a page shows, loaded when it opens and when somebody asks again.
import { Problem, get, isAbort } from "./api.js";
import { useCallback, useEffect, useRef, useState } from "./ui.js";

/** load(signal) -> data. Gives {data, error, loading, reload, cancel, setData}; while it is reloaded the old data stays. */
export function useLoaded(load, depends = []) {
  const [state, setState] = useState({ data: null, error: null, loading: true });
  const current = useRef(null);
  const reload = useCallback(async () => {
    current.current?.abort();
    const control = (current.current = new AbortController());
    setState((before) => ({ ...before, loading: true }));
    try {
      const data = await load(control.signal);
      if (!control.signal.aborted) setState({ data, error: null, loading: false });
    } catch (error) {
      if (!isAbort(error) && !control.signal.aborted) setState((before) => ({ ...before, error, loading: false }));
    }
  }, depends);
  useEffect(() => {
    reload();
    return () => current.current?.abort();
  }, [reload]);
  const cancel = useCallback(() => {
    current.current?.abort();
    setState((before) => ({ ...before, loading: false }));
  }, []);
  const setData = useCallback(
    (change) => setState((before) => ({ ...before, data: typeof change === "function" ? change(before.data) : change })),
    [],
  );
  return { ...state, reload, cancel, setData };
}

/**
 * A list of the API, page by page. Gives {items, error, loading, adding, more (null at the end), reload, refresh, change}.
 * refresh is reload for those who look at the beginning: once more was asked for, it leaves what is shown as it is.
 * from: the cursor to begin at. change(items -> items) edits what is shown, after an act on a row say.
 */
export function usePaged(path, query = {}, { limit = 100, from } = {}) {
  const asked = JSON.stringify([path, query, limit, from]);
  const ask = (cursor, signal) => get(path, { query: { ...query, limit, cursor }, signal });
  const { data, error, loading, reload, cancel, setData } = useLoaded((signal) => ask(from, signal), [asked]);
  const [adding, setAdding] = useState({ busy: false, error: null });
  const more = async () => {
    cancel(); // what is being asked again would begin the list anew
    setAdding({ busy: true, error: null });
    try {
      const next = await ask(data.next);
      setData((before) => (before === data ? { items: [...before.items, ...next.items], next: next.next } : before));
      setAdding({ busy: false, error: null });
    } catch (caught) {
      setAdding({ busy: false, error: caught });
    }
  };
  return {
    items: data?.items ?? null,
    error: error ?? adding.error,
    loading,
    adding: adding.busy,
    more: data?.next ? more : null,
    reload,
    refresh: () => data && data.items.length <= limit && !adding.busy && reload(),
    change: (edit) => setData((before) => before && { ...before, items: edit(before.items) }),
  };
}

/** Does it each so many ms while the page is looked at, and never twice at once; what fails is tried the next time. */
export function useEvery(ms, run) {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    let running = false;
    const timer = setInterval(async () => {
      if (running || document.hidden) return;
      running = true;
      try {
        await latest.current();
      } catch (error) {
        if (!(error instanceof Problem) && !isAbort(error)) throw error;
      } finally {
        running = false;
      }
    }, ms);
    return () => clearInterval(timer);
  }, [ms]);
}

/** Something that a button does: {run, busy, error}. */
export function useAct(act) {
  const [state, setState] = useState({ busy: false, error: null });
  const run = async (...given) => {
    setState({ busy: true, error: null });
    try {
      const done = await act(...given);
      setState({ busy: false, error: null });
      return done;
    } catch (error) {
      setState({ busy: false, error });
      return undefined;
    }
  };
  return { ...state, run };
}
