// What keys may do, in words. Pure.

/** What a new key may do; for: the role of its owner. */
export const SCOPES = [
  { value: "read", scopes: ["read"], label: "Look", help: "Reads campaigns, numbers and calls, and changes nothing." },
  { value: "write", scopes: ["read", "write"], label: "Look and change", help: "Makes, starts and stops campaigns, too." },
  { value: "admin", scopes: ["read", "write", "admin"], label: "Everything an admin may", help: "Users, trunks and everybody's campaigns as well.", admin: true },
];

const DAY_MS = 86400e3;
export const LASTING = [
  { value: "", label: "Until it is revoked" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
];

/** When a key that is made now ends; null: never. */
export const endOf = (days, now) => (days === "" ? null : new Date(now + Number(days) * DAY_MS).toISOString());

/** ["read", "write"] is "Look and change"; role: of its owner, whom no key exceeds. */
export const scopesInWords = (scopes, role) =>
  scopes.includes("admin") && role === "admin" ? "Everything an admin may" : scopes.includes("write") ? "Look and change" : "Look";
