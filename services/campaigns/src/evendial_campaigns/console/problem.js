// A refusal of the API (RFC 9457) as an Error.

export class Problem extends Error {
  /** `told` is the body: type, detail and, for bad input, field and reason; `missing` for not_ready. */
  constructor(told, status = 0) {
    super(sentence(told));
    this.name = "Problem";
    this.status = status;
    this.type = told.type ?? "unreadable";
    this.detail = told.detail ?? this.message;
    this.field = told.field ?? null;
    this.reason = told.reason ?? null;
    this.missing = told.missing ?? [];
    this.retryAfter = null;
  }
}

function sentence(told) {
  if (!told.detail) return "The service gave an answer that cannot be read. Try again; if that lasts, tell your operator.";
  return told.detail;
}

/** From an answer that is an error. */
export async function problemOf(response) {
  let told = {};
  try {
    told = await response.json();
  } catch {
    // A proxy has answered with a page of its own.
  }
  const problem = new Problem(told, response.status);
  problem.retryAfter = Number(response.headers.get("Retry-After")) || null;
  return problem;
}

/** Whether nobody waits for the answer any more: nothing to show. */
export const isAbort = (error) => error?.name === "AbortError";

/** What to show of any error. */
export function wordsOf(error) {
  if (error instanceof Problem) return error.message;
  return "Something went wrong on this page. Reload it; if that lasts, tell your operator.";
}

/** For refusals that name no field but are about one: await atField(post(…), "name_taken", "name"); words: if not its own. */
export function atField(answer, type, field, words) {
  return answer.catch((error) => {
    if (error.type === type) Object.assign(error, { field, reason: words ?? error.detail });
    throw error;
  });
}
