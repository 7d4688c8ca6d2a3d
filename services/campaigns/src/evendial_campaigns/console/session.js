// Who is signed in here.
import { pause, trouble } from "./connection.js";
import { observed } from "./observed.js";
import { Problem, problemOf } from "./problem.js";

/** undefined until it is known, null while nobody is, else {user_id, name, role, csrf_token}. */
export const session = observed(undefined);
/** Whether the service has no admin yet who could sign in. */
export const firstAdminNeeded = observed(false);
/** Whether the session has ended under a page that is open: a dialog asks to sign in again. */
export const askedAgain = observed(false);

let again = null;

export const csrfToken = () => session.get()?.csrf_token ?? null;
export const isAdmin = () => session.get()?.role === "admin";

/** Asks the service, until it answers. */
export async function findSession() {
  const status = await asked();
  firstAdminNeeded.set(status.first_admin_needed);
  session.set(status.session);
}

/** Throws a Problem: wrong_credentials, too_many_attempts, https_needed, busy. */
export async function signIn(name, password) {
  const before = session.get();
  const begun = await send("POST", "/v1/session", { name, password });
  if (before && before.user_id !== begun.user_id) location.reload();
  firstAdminNeeded.set(false);
  session.set(begun);
  again?.resolve();
  again = null;
  askedAgain.set(false);
}

export async function makeFirstAdmin(token, name, password) {
  await send("POST", "/v1/first-admin", { token, name, password });
  await signIn(name, password);
}

export async function signOut() {
  await send("DELETE", "/v1/session").catch((problem) => {
    if (problem.status !== 401) throw problem;
  });
  location.hash = "#/sign-in";
  location.reload();
}

/** Resolves once somebody has signed in: what was asked is asked again then, and nothing on the page is lost. */
export function signInAgain() {
  again ??= withResolvers();
  askedAgain.set(true);
  return again.promise;
}

/** Another tab has signed in: its session is ours, too, with another token. */
export async function renewToken() {
  const { session: now } = await asked();
  if (now === null) return signInAgain();
  if (now.user_id !== session.get()?.user_id) location.reload();
  session.set(now);
}

async function asked() {
  for (let failures = 1; ; failures++) {
    try {
      const status = await send("GET", "/v1/session");
      trouble.set(null);
      return status;
    } catch (error) {
      trouble.set(error instanceof Problem ? "unavailable" : "lost");
      await pause(failures);
    }
  }
}

async function send(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (csrfToken()) headers["X-CSRF-Token"] = csrfToken();
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}
