// The one way to the service: /v1 with the session's cookie, repeated until the connection is back.
import { pause, trouble } from "./connection.js";
import { problemOf } from "./problem.js";
import { csrfToken, renewToken, signInAgain } from "./session.js";

export { Problem, isAbort, wordsOf } from "./problem.js";

const GONE = new Set([502, 504]);

/** The body. Options: query (object; undefined and "" are left out), signal. */
export const get = async (path, options) => (await answer("GET", path, options)).body;
/** The body, with its version: {body, version}; version goes back as `version` of a change. */
export const read = (path, options) => answer("GET", path, options);
/** Changes: body as JSON (or options.raw, a Blob), options.version as If-Match, options.key as Idempotency-Key. */
export const post = async (path, body, options) => (await answer("POST", path, { body, ...options })).body;
export const put = async (path, body, options) => (await answer("PUT", path, { body, ...options })).body;
export const patch = async (path, body, options) => (await answer("PATCH", path, { body, ...options })).body;
export const del = async (path, options) => (await answer("DELETE", path, options)).body;

export function address(path, query) {
  const named = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(named).toString();
  return `/v1${path}${text ? `?${text}` : ""}`;
}

async function answer(method, path, options = {}) {
  const key = options.key ?? (method === "POST" ? crypto.randomUUID() : null);
  for (let failures = 0, renewed = false; ; ) {
    const response = await sent(method, path, key, options);
    if (response === null || GONE.has(response.status)) {
      await pause(++failures, options.signal);
      continue;
    }
    if (response.ok) return told(response);
    const problem = await problemOf(response);
    if (problem.type === "unavailable") {
      trouble.set("unavailable");
      await pause(++failures, options.signal);
    } else if (problem.status === 401 && problem.type === "unauthorized" && !options.open) {
      await signInAgain();
    } else if (problem.type === "csrf_token_needed" && !renewed) {
      renewed = true;
      await renewToken();
    } else {
      throw problem;
    }
  }
}

/** null when the service cannot be reached. */
async function sent(method, path, key, { query, body, raw, type, version, signal }) {
  const headers = { Accept: "application/json" };
  if (key) headers["Idempotency-Key"] = key;
  if (method !== "GET" && csrfToken()) headers["X-CSRF-Token"] = csrfToken();
  if (version !== undefined && version !== null) headers["If-Match"] = `"${version}"`;
  if (raw) headers["Content-Type"] = type;
  else if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const sending = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(address(path, query), { method, headers, body: sending, signal });
    trouble.set(GONE.has(response.status) ? "lost" : null);
    return response;
  } catch (error) {
    if (error.name === "AbortError" || signal?.aborted) throw error;
    trouble.set("lost");
    return null;
  }
}

async function told(response) {
  const tag = /^"(\d+)"$/.exec(response.headers.get("ETag") ?? "");
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  return { status: response.status, version: tag ? Number(tag[1]) : null, body: isJson ? await response.json() : null };
}
