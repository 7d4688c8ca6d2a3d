// Slots as rings and the calls placed on them as dots: even spacing is to be seen.
import { followWidth, useColours } from "../canvas.js";
import { rowsOf } from "../live-model.js";
import { ROWS } from "../live-scale.js";
import { html, useEffect, useRef } from "../ui.js";
import { time } from "../words.js";

const ROW = 26;
const LEFT = 66;
const RIGHT = 8;
const RING = 4.5;
const DOT = 3;
const WHOLE = 2 * Math.PI;
const NAMES = ["text-2", "line", "line-strong", "info", "good", "wait", "bad"];
const COLOURS = { planned: "line-strong", calling: "info", good: "good", wait: "wait", bad: "bad", void: "text-2" };

/** As LiveChart. */
export function LiveStrip({ model, scale, zone, beat, now, label }) {
  const canvas = useRef(null);
  const colours = useColours(NAMES);
  useEffect(() => {
    const element = canvas.current;
    const pen = element.getContext("2d");
    let width = 0;
    const draw = () => {
      if (width) paint(pen, { width, zone, colours: colours.current, rows: rowsOf(model.slots, { row_s: scale.row_s, rows: ROWS, now: now() }) });
    };
    const unwatch = followWidth(element.parentElement, (next) => {
      width = next;
      const density = window.devicePixelRatio || 1;
      element.width = width * density;
      element.height = ROWS * ROW * density;
      pen.setTransform(density, 0, 0, density, 0, 0);
      draw();
    });
    const unfollow = beat.follow(draw);
    return () => {
      unwatch();
      unfollow();
    };
  }, [model]);
  return html`<div class="live-strip"><canvas ref=${canvas} role="img" aria-label=${label}></canvas></div>`;
}

function paint(pen, { width, rows, colours, zone }) {
  pen.clearRect(0, 0, width, ROWS * ROW);
  pen.textBaseline = "middle";
  pen.font = `12px ${getComputedStyle(pen.canvas).fontFamily}`;
  const across = width - LEFT - RIGHT;
  const size = Math.min(1, (across / Math.max(...rows.map(({ dots }) => dots.length), 1)) / (2 * RING + 1));
  rows.forEach(({ begins, dots }, row) => {
    const y = row * ROW + ROW / 2;
    pen.fillStyle = colours["text-2"];
    pen.fillText(time(begins, zone, { seconds: true }), 0, y);
    pen.strokeStyle = colours.line;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(LEFT, y);
    pen.lineTo(width - RIGHT, y);
    pen.stroke();
    for (const dot of dots) paintDot(pen, dot, { y, size, x: (share) => LEFT + Math.min(Math.max(share, 0), 1.02) * across, colours });
  });
}

function paintDot(pen, { slot, placed, tone }, { x, y, size, colours }) {
  const colour = colours[COLOURS[tone]];
  pen.strokeStyle = tone === "void" ? colour : colours["line-strong"];
  pen.beginPath();
  if (tone === "void") {
    const arm = DOT * size;
    pen.moveTo(x(slot) - arm, y - arm);
    pen.lineTo(x(slot) + arm, y + arm);
    pen.moveTo(x(slot) + arm, y - arm);
    pen.lineTo(x(slot) - arm, y + arm);
  } else {
    pen.arc(x(slot), y, RING * size, 0, WHOLE);
  }
  pen.stroke();
  if (placed === null) return;
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x(placed), y, DOT * size, 0, WHOLE);
  pen.fill();
}
