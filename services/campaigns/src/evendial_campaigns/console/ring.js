// The newest of many, in a fixed space. Pure.

/** push(item) gives what had to go for it, or undefined. */
export function ring(size) {
  const kept = new Array(size);
  let pushed = 0;
  return {
    push(item) {
      const at = pushed++ % size;
      const gone = kept[at];
      kept[at] = item;
      return gone;
    },
    get length() {
      return Math.min(pushed, size);
    },
    /** The one that goes next; undefined while there is room. */
    get oldest() {
      return pushed >= size ? kept[pushed % size] : undefined;
    },
    /** In the order in which they came. */
    *[Symbol.iterator]() {
      for (let n = Math.max(0, pushed - size); n < pushed; n++) yield kept[n % size];
    },
  };
}
