// Devices, trunks and IVRs as fields of a form, and back; what is wrong with them while one types. Pure.

const NAME_MAX = 200;
const AT_ONCE_MAX = 100000;
const PER_SECOND_MAX = 10000;
const CALLER_ID = /^[0-9]{3,15}$/;
const ACCOUNT = /^[A-Za-z0-9_-]{1,20}$/;
const ENDPOINT = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const POOL = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const CONTEXT = /^[A-Za-z0-9][A-Za-z0-9_-]{0,78}$/;
const SEPARATING = /[\s+()./-]/g;

const whole = (text) => (text === "" ? null : Number(text));
const isWhole = (text, least, most) => /^[0-9]+$/.test(text) && Number(text) >= least && Number(text) <= most;
const wrongName = (name) =>
  !name.trim() ? "Give it a name." : name.trim().length > NAME_MAX && `Use ${NAME_MAX} characters at most.`;
const wrongAtOnce = (text) => text !== "" && !isWhole(text, 1, AT_ONCE_MAX) && "Enter 1 to 100,000 calls, or nothing for no limit.";
/** "+1 555 000-1111, 1555 0002222" in lines or with commas between: as the service keeps them. */
const callerIdsOf = (text) => text.split(/[\n,;]/).map((each) => each.replace(SEPARATING, "")).filter(Boolean);

/** What of `is` differs from `was`, so that nobody else's edit of another field is undone. */
export const changes = (was, is) =>
  Object.fromEntries(Object.entries(is).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name])));

export const device = {
  fields: (made) => ({
    name: made?.name ?? "", owner_id: made?.owner_id ?? "", trunk_id: made?.trunk_id ?? "", account_code: made?.account_code ?? "",
    caller_ids: (made?.caller_ids ?? []).join("\n"), max_concurrent_calls: String(made?.max_concurrent_calls ?? ""),
  }),
  body: (fields) => ({
    name: fields.name.trim(), owner_id: fields.owner_id, trunk_id: fields.trunk_id, account_code: fields.account_code.trim(),
    caller_ids: callerIdsOf(fields.caller_ids), max_concurrent_calls: whole(fields.max_concurrent_calls),
  }),
  check: (fields) => ({
    name: wrongName(fields.name),
    owner_id: !fields.owner_id && "Choose whose it is.",
    trunk_id: !fields.trunk_id && "Choose what carries its calls.",
    account_code: !ACCOUNT.test(fields.account_code.trim()) && "Enter 1 to 20 letters, digits, _ or -.",
    caller_ids: wrongCallerIds(callerIdsOf(fields.caller_ids)),
    max_concurrent_calls: wrongAtOnce(fields.max_concurrent_calls),
  }),
};

function wrongCallerIds(ids) {
  const bad = ids.find((each) => !CALLER_ID.test(each));
  if (bad) return `“${bad}” cannot be one: a caller id has 3 to 15 digits.`;
  const twice = ids.find((each, at) => ids.indexOf(each) < at);
  return twice && `${twice} is there twice.`;
}

export const trunk = {
  fields: (made) => ({
    name: made?.name ?? "", endpoint: made?.endpoint ?? "", pool: made?.pool ?? "default",
    calls_per_second: String(made?.calls_per_second ?? "10"), max_concurrent_calls: String(made?.max_concurrent_calls ?? ""),
  }),
  body: (fields) => ({
    name: fields.name.trim(), endpoint: fields.endpoint.trim(), pool: fields.pool.trim(),
    calls_per_second: Number(fields.calls_per_second), max_concurrent_calls: whole(fields.max_concurrent_calls),
  }),
  check: (fields) => ({
    name: wrongName(fields.name),
    endpoint: !ENDPOINT.test(fields.endpoint.trim()) && "Enter 1 to 64 letters, digits, _ . or -, the first a letter or digit.",
    pool: !POOL.test(fields.pool.trim()) && "Enter 1 to 32 small letters, digits, _ or -, the first a letter or digit.",
    calls_per_second: !isWhole(fields.calls_per_second, 1, PER_SECOND_MAX) && "Enter 1 to 10,000 calls a second.",
    max_concurrent_calls: wrongAtOnce(fields.max_concurrent_calls),
  }),
};

export const ivr = {
  fields: (made) => ({ name: made?.name ?? "", context: made?.context ?? "" }),
  body: (fields) => ({ name: fields.name.trim(), context: fields.context.trim() }),
  check: (fields) => ({
    name: wrongName(fields.name),
    context: !CONTEXT.test(fields.context.trim()) && "Enter 1 to 79 letters, digits, _ or -, the first a letter or digit.",
  }),
};
