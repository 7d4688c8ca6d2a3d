// What canvases need: colours of the theme as it is, and sizes in the pixels of the screen.
import { theme } from "./theme.js";
import { useEffect, useRef } from "./ui.js";

/** Colours by their names in tokens.css, found anew when the theme changes: {current: {accent: "rgb(…)", …}}. */
export function useColours(names, onChange) {
  const colours = useRef(null);
  colours.current ??= coloursOf(names);
  useEffect(() => {
    const again = () => {
      colours.current = coloursOf(names);
      onChange?.();
    };
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", again);
    const unfollow = theme.follow(again);
    return () => {
      system.removeEventListener("change", again);
      unfollow();
    };
  }, []);
  return colours;
}

function coloursOf(names) {
  return Object.fromEntries(names.map((name) => [name, colourOf(name)]));
}

/** By an element of its own, which has no colour before to change from slowly. */
function colourOf(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls onSize(width) at first and whenever the element has another; gives what ends that. */
export function followWidth(element, onSize) {
  let width = 0;
  const watch = new ResizeObserver(([entry]) => {
    const next = Math.floor(entry.contentRect.width);
    if (next > 0 && next !== width) onSize((width = next));
  });
  watch.observe(element);
  return () => watch.disconnect();
}
