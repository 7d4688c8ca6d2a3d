// The rules of a campaign as fields of a form, and back. Pure.

export const OUTCOMES = [
  { name: "busy", label: "Busy" },
  { name: "no_answer", label: "No answer" },
  { name: "rejected", label: "Declined" },
  { name: "congestion", label: "Congestion on the trunk" },
  { name: "failed_system", label: "Trunk or system failed" },
];
export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const NUMBERS = ["calls_per_minute", "max_retries", "ring_timeout_s", "weight"];
const MINUTE_S = 60;

const NEW = {
  name: "", device_id: null, caller_id: null, time_zone: "UTC",
  window: { start: "09:00", stop: "20:00", weekdays: [1, 2, 3, 4, 5], first_day: null, last_day: null, closed_days: [] },
  calls_per_minute: 10, max_retries: 2, retry_delay_s: 900, ring_timeout_s: 30, max_call_s: 3600,
  max_concurrent_calls: null, duplicate_policy: "campaign", default_region: null, retry_policy: null, weight: 1,
  window_zone: "campaign", unknown_zone: "skip", jurisdiction: null, person_caps: [],
};

const minutes = (seconds) => String(Math.round((seconds / MINUTE_S) * 100) / 100);
const seconds = (text) => Math.round(Number(text) * MINUTE_S);
const whole = (text) => (text === "" ? null : Number(text));

/** What the form begins with: of a campaign, or of a new one in that zone. */
export function fieldsOf(campaign, zone) {
  const rules = campaign ?? { ...NEW, time_zone: zone };
  const window = rules.window;
  const fields = {
    name: rules.name, owner_id: campaign?.owner_id ?? "", device_id: rules.device_id ?? "", caller_id: rules.caller_id ?? "",
    time_zone: rules.time_zone, "window.start": window.start, "window.stop": window.stop,
    all_day: window.start === window.stop, "window.weekdays": window.weekdays,
    "window.first_day": window.first_day ?? "", "window.last_day": window.last_day ?? "",
    "window.closed_days": window.closed_days, window_zone: rules.window_zone, unknown_zone: rules.unknown_zone,
    jurisdiction: rules.jurisdiction ?? "", retry_delay_s: minutes(rules.retry_delay_s), max_call_s: minutes(rules.max_call_s),
    max_concurrent_calls: rules.max_concurrent_calls === null ? "" : String(rules.max_concurrent_calls),
    duplicate_policy: rules.duplicate_policy, default_region: rules.default_region ?? "",
    person_caps: rules.person_caps.map((cap) => ({ attempts: String(cap.attempts), hours: String(cap.hours) })),
    retry_policy: Object.fromEntries(OUTCOMES.map(({ name }) => [name, ruleOf(rules.retry_policy?.[name])])),
  };
  for (const name of NUMBERS) fields[name] = String(rules[name]);
  if (fields.all_day) Object.assign(fields, { "window.start": "09:00", "window.stop": "20:00" });
  return fields;
}

const ruleOf = (retry) => ({
  own: Boolean(retry),
  delays: (retry?.delays_s ?? []).map(minutes).join(", "),
  max_retries: retry?.max_retries === null || retry === null || retry === undefined ? "" : String(retry.max_retries),
});

/** The body of a request: every rule that the form shows. */
export function bodyOf(fields) {
  const policy = Object.fromEntries(
    OUTCOMES.filter(({ name }) => fields.retry_policy[name].own).map(({ name }) => [name, retryOf(fields.retry_policy[name])]),
  );
  const body = {
    name: fields.name.trim(), device_id: fields.device_id || null, caller_id: (fields.device_id && fields.caller_id) || null,
    time_zone: fields.time_zone.trim(),
    window: {
      start: fields.all_day ? "00:00" : fields["window.start"], stop: fields.all_day ? "00:00" : fields["window.stop"],
      weekdays: [...fields["window.weekdays"]].sort(), first_day: fields["window.first_day"] || null,
      last_day: fields["window.last_day"] || null, closed_days: [...fields["window.closed_days"]].sort(),
    },
    window_zone: fields.window_zone, unknown_zone: fields.unknown_zone, jurisdiction: fields.jurisdiction || null,
    retry_delay_s: seconds(fields.retry_delay_s), max_call_s: seconds(fields.max_call_s),
    max_concurrent_calls: whole(fields.max_concurrent_calls), duplicate_policy: fields.duplicate_policy,
    default_region: fields.default_region.trim().toUpperCase() || null,
    person_caps: fields.person_caps.map((cap) => ({ attempts: Number(cap.attempts), hours: Number(cap.hours) })),
    retry_policy: Object.keys(policy).length ? policy : null,
  };
  for (const name of NUMBERS) body[name] = Number(fields[name]);
  return body;
}

export const delaysOf = (text) => text.split(",").map((each) => each.trim()).filter(Boolean).map(seconds);
const retryOf = (rule) => ({ delays_s: delaysOf(rule.delays), max_retries: whole(rule.max_retries) });

/** What differs from the campaign as it was: so nobody else's edit of another rule is undone. */
export function changesOf(before, fields) {
  const [was, is] = [bodyOf(fieldsOf(before)), bodyOf(fields)];
  return Object.fromEntries(Object.entries(is).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name])));
}
