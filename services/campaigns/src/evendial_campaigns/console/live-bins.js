// Slots and calls, counted by interval, in a fixed space that goes round. Pure.

const AHEAD = 8;
const NAMES = ["planned", "placed", "voided"];

/** Counts for the last `steps` intervals of step_s, and for the few to come. */
export function bins({ step_s, steps }) {
  const size = steps + AHEAD;
  const stamps = new Float64Array(size).fill(-1);
  const counts = Object.fromEntries(NAMES.map((name) => [name, new Uint32Array(size)]));

  /** The place of an interval, emptied if an older one was there; -1 if a newer one is. */
  const placeOf = (step) => {
    const place = step % size;
    if (stamps[place] > step) return -1;
    if (stamps[place] < step) {
      stamps[place] = step;
      for (const name of NAMES) counts[name][place] = 0;
    }
    return place;
  };
  const stepOf = (at) => Math.floor(at / 1000 / step_s);

  return {
    /** name: "planned", "placed" or "voided"; at: of the slot, ms since 1970. */
    add(name, at, many = 1) {
      const place = placeOf(stepOf(at));
      if (place >= 0) counts[name][place] += many;
    },
    /** [begins, s since 1970; planned; placed; voided] of the intervals up to the one that now is in. */
    read(now) {
      const last = stepOf(now);
      const read = [[], ...NAMES.map(() => [])];
      for (let step = last - steps + 1; step <= last; step++) {
        const place = step % size;
        read[0].push(step * step_s);
        NAMES.forEach((name, index) => read[index + 1].push(stamps[place] === step ? counts[name][place] : 0));
      }
      return read;
    },
  };
}
