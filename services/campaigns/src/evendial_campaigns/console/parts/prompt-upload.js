// A sound file of one's own, taken in as a prompt.
import { Button } from "./button.js";
import { ErrorAlert } from "./alert.js";
import { ProgressBar } from "./progress-bar.js";
import { toast } from "./toast.js";
import { upload } from "../upload.js";
import { clock } from "../words.js";
import { classes, html, useRef, useState } from "../ui.js";

const TAKEN = "audio/*,.wav,.mp3,.ogg,.opus,.flac";
const NAME_MAX = 200;
const WARNINGS = {
  very_quiet: "It was very quiet, so it has been made louder.",
  clipped: "It is too loud and distorted: better record it again, not so loud.",
};

/** ownerId: whose it is to be; onTaken(prompt). */
export function PromptUpload({ ownerId, onTaken, small }) {
  const input = useRef(null);
  const [share, setShare] = useState(null);
  const [error, setError] = useState(null);
  const take = async (file) => {
    if (!file) return;
    setError(null);
    setShare(0);
    try {
      const name = file.name.replace(/\.\w+$/, "").slice(0, NAME_MAX) || "Prompt";
      const prompt = await upload("/prompts", file, { query: { name, owner_id: ownerId }, onProgress: setShare });
      toast(`“${prompt.name}” is ${clock(prompt.duration_ms)} long. ${WARNINGS[prompt.warning] ?? ""}`, { kind: prompt.warning ? "info" : "success" });
      onTaken(prompt);
    } catch (caught) {
      setError(caught);
    }
    setShare(null);
    input.current.value = "";
  };
  return html`
    <span class=${classes("upload", small && "is-small")}>
      <input ref=${input} hidden type="file" accept=${TAKEN} aria-label="Sound file" onChange=${(event) => take(event.target.files[0])} />
      <${Button} small=${small} icon="upload" onClick=${() => input.current.click()} busy=${share !== null && (share < 1 ? "Uploading …" : "Converting …")}
        title="WAV, MP3, OGG or FLAC, up to 10 MB and 10 minutes">Upload<//>
      ${share !== null && share < 1 && html`<${ProgressBar} small share=${share} label="Upload" />`}
    </span>
    ${error && html`<${ErrorAlert} error=${error} title="The sound was not taken." />`}`;
}
