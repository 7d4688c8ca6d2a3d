// A file on its way in, with its progress.
import { address } from "./api.js";
import { pause, trouble } from "./connection.js";
import { Problem } from "./problem.js";
import { csrfToken, renewToken, signInAgain } from "./session.js";

/**
 * Sends the file as the body of a POST and resolves with the answer's body; throws a Problem.
 * onProgress(share) is told 0 to 1. A lost connection is waited out: under the same key nothing is done twice.
 */
export async function upload(path, file, { query, type, onProgress, signal } = {}) {
  const key = crypto.randomUUID();
  for (let failures = 0; ; ) {
    const { status, told } = await sent(address(path, query), file, { type, key, onProgress, signal });
    if (status === 0 || told?.type === "unavailable") {
      trouble.set(status === 0 ? "lost" : "unavailable");
      await pause(++failures, signal);
    } else {
      trouble.set(null);
      if (status < 300) return told;
      if (status === 401) await signInAgain();
      else if (told?.type === "csrf_token_needed") await renewToken();
      else throw new Problem(told ?? {}, status);
    }
  }
}

function sent(url, file, { type, key, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Content-Type", type || file.type || "application/octet-stream");
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("X-CSRF-Token", csrfToken() ?? "");
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, told: parsed(request.responseText) });
    request.onerror = () => resolve({ status: 0, told: null });
    request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
