// Plays one prompt in the page.
import { Button } from "./button.js";
import { toast } from "./toast.js";
import { playSequence } from "../sequence-player.js";
import { html, useEffect, useRef, useState } from "../ui.js";

/** prompt: {prompt_id, name}. */
export function Listen({ prompt, small }) {
  const [playing, setPlaying] = useState(false);
  const stop = useRef(null);
  useEffect(() => () => stop.current?.(), [prompt.prompt_id]);
  const start = () => {
    stop.current = playSequence([{ key: prompt.prompt_id, src: soundOf(prompt.prompt_id) }], {
      onAt: (key) => setPlaying(key !== null),
      onFailure: () => toast(`“${prompt.name}” cannot be played here.`, { kind: "error" }),
    });
  };
  return html`<${Button} small=${small} icon=${playing ? "stop" : "sound"} label=${playing ? `Stop ${prompt.name}` : `Listen to ${prompt.name}`}
    onClick=${() => (playing ? stop.current() : start())} />`;
}

export const soundOf = (promptId) => `/v1/prompts/${promptId}/audio`;
