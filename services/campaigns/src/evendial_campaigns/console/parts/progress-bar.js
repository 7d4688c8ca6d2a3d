// How much of something is done, with its words.
import { percent } from "../words.js";
import { html } from "../ui.js";

/** share: 0 to 1, or null while it is not known; label: what is done; words: beside it (the percentage otherwise). */
export const ProgressBar = ({ share, label, words, small }) => html`
  <div class=${small ? "progress is-small" : "progress"}>
    <div class="progress-track" role="progressbar" aria-label=${label} aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${share === null ? undefined : Math.round(share * 100)} aria-valuetext=${words}>
      <span class=${share === null ? "progress-fill is-unknown" : "progress-fill"} style=${{ width: `${(share ?? 1) * 100}%` }}></span>
    </div>
    <span class="progress-words">${words ?? (share === null ? "" : percent(share))}</span>
  </div>`;
