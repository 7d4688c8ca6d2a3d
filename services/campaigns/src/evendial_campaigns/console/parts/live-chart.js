// Calls by interval against the slots that were planned, drawn by uPlot.
import { followWidth, useColours } from "../canvas.js";
import { loadScript, loadStyle } from "../load-script.js";
import { html, useEffect, useRef, useState } from "../ui.js";
import { count, time } from "../words.js";

const LIBRARY = "/console/vendor/uplot";
const HEIGHT = 200;
const NAMES = ["accent", "text", "text-2", "line"];
const SECONDS = [10, 30, 60, 300, 600, 1800, 3600];
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/** model, scale: of live-model.js and live-scale.js; beat: of live-beat.js; now() in ms; label: what is to be seen. */
export function LiveChart({ model, scale, zone, beat, now, label }) {
  const place = useRef(null);
  const readout = useRef(null);
  const redraw = useRef(null);
  const colours = useColours(NAMES, () => redraw.current?.());
  const [loaded, setLoaded] = useState(undefined);
  useEffect(() => {
    let end = null;
    let left = false;
    loadStyle(`${LIBRARY}.css`);
    loadScript(`${LIBRARY}.js`).then(() => {
      if (!left) end = show();
      setLoaded(true);
    }, () => setLoaded(false));

    function show() {
      const say = (words) => (readout.current.textContent = words);
      const chart = new window.uPlot(options({ scale, zone, colours, say }), dataOf(model, scale, now()), place.current);
      let drawn = "";
      redraw.current = () => chart.redraw(false);
      const unfollow = beat.follow(() => {
        const next = `${model.changes} ${Math.floor(now() / 1000 / scale.step_s)}`;
        if (next !== drawn) chart.setData(dataOf(model, scale, now()));
        drawn = next;
      });
      const unwatch = followWidth(place.current, (width) => chart.setSize({ width, height: HEIGHT }));
      return () => {
        unfollow();
        unwatch();
        redraw.current = null;
        chart.destroy();
      };
    }
    return () => {
      left = true;
      end?.();
    };
  }, [model]);
  return html`
    <div class="live-chart" role="img" aria-label=${label} aria-busy=${loaded === undefined ? "true" : undefined} ref=${place}></div>
    <p class="live-readout" aria-hidden="true" ref=${readout}></p>
    ${loaded === false && html`<p class="faint">The chart could not be loaded. Its figures are in the table below; reload the page to try again.</p>`}`;
}

function dataOf(model, scale, now) {
  const [begins, planned, placed] = model.read(now);
  return [begins, placed, planned, begins.map(() => scale.rate)];
}

function options({ scale, zone, colours, say }) {
  const { bars, stepped } = window.uPlot.paths;
  const colour = (name) => () => colours.current[name];
  const axis = { stroke: colour("text-2"), ticks: { show: false }, font: `12px ${getComputedStyle(document.body).fontFamily}` };
  const seconds = scale.step_s < 30;
  return {
    width: 600, height: HEIGHT, padding: [12, 28, 0, 0], legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false, range: (_, first, last) => [first, last + scale.step_s] },
      y: { range: (_, __, most) => [0, Math.max(most, scale.rate, 1) * 1.15] },
    },
    axes: [
      { ...axis, grid: { show: false }, incrs: SECONDS, space: 66, size: 30, values: (_, splits) => splits.map((at) => time(at * 1000, zone, { seconds })) },
      { ...axis, grid: { stroke: colour("line"), width: 1 }, incrs: WHOLE, size: 40, space: 36 },
    ],
    series: [
      {},
      { label: "Calls", fill: colour("accent"), width: 0, points: { show: false }, paths: bars({ size: [0.72, 40], align: 1, radius: 0.25 }) },
      { label: "Slots", stroke: colour("text"), width: 1.5, points: { show: false }, paths: stepped({ align: 1 }) },
      { label: "Rate", stroke: colour("text-2"), width: 1, dash: [4, 4], points: { show: false } },
    ],
    hooks: {
      setCursor: [({ cursor, data }) => {
        const at = cursor.idx;
        say(at === null || at === undefined ? "" : `From ${time(data[0][at] * 1000, zone, { seconds: true })}: ${count(data[2][at], "slot")}, ${count(data[1][at], "call")}`);
      }],
    },
  };
}
