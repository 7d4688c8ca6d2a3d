// Who did what, in words. Pure.

const DEEDS = {
  signed_in: ["Signed in", "good"],
  sign_in_failed: ["A sign-in failed", "bad"],
  sign_in_throttled: ["Sign-ins were held back: too many had failed", "bad"],
  signed_out: ["Signed out"],
  first_admin_made: ["The first admin was made", "info"],
  first_admin_refused: ["A wrong token for the first admin", "bad"],
  password_changed: ["Changed their password"],
  password_refused: ["Gave a wrong password when changing it", "bad"],
  password_reset: ["Set a new password", "info"],
  user_made: ["Made a user", "info"],
  user_renamed: ["Renamed a user", "info"],
  user_disabled: ["Shut a user out", "wait"],
  user_enabled: ["Let a user in again", "info"],
  made_admin: ["Made an admin of a user", "wait"],
  made_user: ["Made a user of an admin", "info"],
  limits_defined: ["Set limits", "info"],
  key_made: ["Made an API key", "info"],
  key_revoked: ["Revoked an API key", "info"],
};

/** {label, tone} of an entry's `what`. */
export function deed(what) {
  const [label, tone] = DEEDS[what] ?? [what.replaceAll("_", " ")];
  return { label, tone: tone ?? "plain" };
}

/** By what somebody acted. */
export const means = (entry) => (entry.key_id ? "by an API key" : entry.session_id ? "in a browser" : "");
