// A value that components follow, wherever they are on the page.
import { useEffect, useState } from "./ui.js";

export function observed(value) {
  const followers = new Set();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const follow of [...followers]) follow(value);
    },
    follow(follower) {
      followers.add(follower);
      return () => followers.delete(follower);
    },
  };
}

/** The value now; the component is drawn again when it changes. */
export function useObserved(source) {
  const [value, setValue] = useState(source.get());
  useEffect(() => {
    setValue(source.get());
    return source.follow((next) => setValue(next));
  }, [source]);
  return value;
}
