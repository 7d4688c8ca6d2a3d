// A dry listen: the waits and the prompts of a sequence, one after the other, as a callee hears them.

/** steps: [{key, wait_ms} or {key, src}]; onAt(key or null at the end); onFailure(). Returns what stops it. */
export function playSequence(steps, { onAt, onFailure }) {
  let stopped = false;
  let silence = () => {};

  const wait = (ms) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      silence = () => (clearTimeout(timer), resolve());
    });
  const sound = (src) =>
    new Promise((resolve, reject) => {
      const audio = new Audio(src);
      audio.onended = resolve;
      audio.onerror = () => reject(new Error("The prompt cannot be played."));
      silence = () => (audio.pause(), resolve());
      audio.play().catch(reject);
    });

  (async () => {
    for (const step of steps) {
      if (stopped) return;
      onAt(step.key);
      await (step.src ? sound(step.src) : wait(step.wait_ms));
    }
    if (!stopped) onAt(null);
  })().catch(() => stopped || (onAt(null), onFailure()));

  return () => {
    stopped = true;
    silence();
    onAt(null);
  };
}
