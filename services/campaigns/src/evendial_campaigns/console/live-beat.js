// When what moves is drawn: a few times a second, once a second for those who do not want motion, never unseen.

const BEAT_MS = 250;
const CALM_MS = 1000;

/** {follow(draw), stop()}: draw is called in an animation frame; follow gives what ends it. */
export function beat() {
  const draws = new Set();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const timer = setInterval(() => {
    if (!document.hidden) requestAnimationFrame(() => draws.forEach((draw) => draw()));
  }, calm ? CALM_MS : BEAT_MS);
  return {
    follow(draw) {
      draws.add(draw);
      return () => draws.delete(draw);
    },
    stop: () => clearInterval(timer),
  };
}
