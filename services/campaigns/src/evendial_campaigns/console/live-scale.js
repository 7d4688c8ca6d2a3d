// How much of a campaign's calls is shown at once, by its rate. Pure.

const SCALES = [
  { from: 300, step_s: 2, steps: 90 },
  { from: 60, step_s: 5, steps: 72 },
  { from: 6, step_s: 30, steps: 60 },
  { from: 0, step_s: 300, steps: 60 },
];
const ROWS_S = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600];
const DOTS_IN_A_ROW = 20;

export const ROWS = 6;

/**
 * step_s, steps: the intervals of the chart; row_s: how long a row of dots is; rate: calls an interval that the
 * campaign makes at most.
 */
export function scaleOf(perMinute) {
  const { step_s, steps } = SCALES.find(({ from }) => perMinute >= from);
  const row_s = ROWS_S.find((length) => (length * perMinute) / 60 >= DOTS_IN_A_ROW) ?? ROWS_S.at(-1);
  return { step_s, steps, row_s, rate: (perMinute * step_s) / 60 };
}
