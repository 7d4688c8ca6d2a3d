// Every page there is: one line each, in the order of the navigation.
//   path   :name is a parameter; the first that fits is shown
//   load   its module, loaded when somebody goes there; the default export is the component
//   nav    its label in the navigation: in: "main", "person" (the menu under one's name) or "admin"
//   tab    its label in the tabs of a campaign; its page begins with parts/campaign-frame.js
//   open   whether it needs nobody to be signed in;  admin: whether it is for admins alone
export const routes = [
  { path: "/sign-in", load: () => import("./pages/sign-in.js"), open: true },
  { path: "/first-start", load: () => import("./pages/first-start.js"), open: true },
  { path: "/campaigns", load: () => import("./pages/campaigns.js"), nav: { label: "Campaigns", in: "main" } },
  { path: "/campaigns/new", load: () => import("./pages/campaign-form.js") },
  { path: "/campaigns/:id/edit", load: () => import("./pages/campaign-form.js") },
  { path: "/campaigns/:id", load: () => import("./pages/campaign.js"), tab: "Overview" },
  { path: "/campaigns/:id/live", load: () => import("./pages/live.js"), tab: "Live" },
  { path: "/campaigns/:id/numbers", load: () => import("./pages/numbers.js"), tab: "Numbers" },
  { path: "/campaigns/:id/actions", load: () => import("./pages/actions.js"), tab: "Actions" },
  { path: "/campaigns/:id/numbers/:number", load: () => import("./pages/number.js") },
  { path: "/campaigns/:id/log", load: () => import("./pages/log.js"), tab: "Log" },
  { path: "/prompts", load: () => import("./pages/prompts.js"), nav: { label: "Prompts", in: "main" } },
  { path: "/do-not-call", load: () => import("./pages/do-not-call.js"), nav: { label: "Do not call", in: "main" } },
  { path: "/do-not-call/lists", load: () => import("./pages/do-not-call-lists.js") },
  { path: "/devices", load: () => import("./pages/devices.js"), nav: { label: "Devices", in: "main" } },
  { path: "/devices/new", load: () => import("./pages/device-form.js"), admin: true },
  { path: "/devices/:id/edit", load: () => import("./pages/device-form.js"), admin: true },
  { path: "/users", load: () => import("./pages/users.js"), nav: { label: "Users", in: "admin" }, admin: true },
  { path: "/users/:id", load: () => import("./pages/user.js"), admin: true },
  { path: "/trunks", load: () => import("./pages/trunks.js"), nav: { label: "Trunks", in: "admin" }, admin: true },
  { path: "/trunks/new", load: () => import("./pages/trunk-form.js"), admin: true },
  { path: "/trunks/:id/edit", load: () => import("./pages/trunk-form.js"), admin: true },
  { path: "/ivrs", load: () => import("./pages/ivrs.js"), nav: { label: "IVRs", in: "admin" }, admin: true },
  { path: "/ivrs/new", load: () => import("./pages/ivr-form.js"), admin: true },
  { path: "/ivrs/:id/edit", load: () => import("./pages/ivr-form.js"), admin: true },
  { path: "/health", load: () => import("./pages/health.js"), nav: { label: "Health", in: "admin" }, admin: true },
  { path: "/dead-letters", load: () => import("./pages/dead-letters.js"), nav: { label: "Dead letters", in: "admin" }, admin: true },
  { path: "/access-log", load: () => import("./pages/access-log.js"), nav: { label: "Access log", in: "admin" }, admin: true },
  { path: "/account", load: () => import("./pages/account.js"), nav: { label: "Your account", icon: "person", in: "person" } },
  { path: "/keys", load: () => import("./pages/keys.js"), nav: { label: "API keys", icon: "key", in: "person" } },
];

export const HOME = "/campaigns";
