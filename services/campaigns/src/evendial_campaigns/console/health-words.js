// How the services are, in words. Pure.
import { count, distance, duration, list } from "./words.js";

const SERVICES = {
  campaigns: { does: "Takes what people and programs ask for: this console, the API.", without: "Nothing can be changed." },
  scheduler: { does: "Plans each call: when, and through what.", without: "No further calls are planned." },
  originator: { does: "Starts the calls, and says what became of each.", without: "No call starts." },
  agi: { does: "Plays the prompts on calls that are answered.", without: "No call starts, for callees would hear nothing." },
};
const STATES = {
  well: { label: "Well", tone: "good" },
  troubled: { label: "In trouble", tone: "wait" },
  away: { label: "Not heard", tone: "bad" },
};
const PARTS = {
  asterisk: "Asterisk", nats: "NATS", postgres: "its database", database: "its database", agi: "an agi service",
  campaigns: "what the campaigns service decided", suppressions: "who is not to be called", clock: "its clock", planner: "its planning",
  listener: "its door for Asterisk", start: "its start",
};
/** A service that was not heard is not missed before so long has passed. */
const LISTENING_S = 7;

export const stateOf = (service) => STATES[service.state] ?? STATES.troubled;
export const partWords = (part) => PARTS[part] ?? part;
export const doesWhat = (service) => SERVICES[service.service]?.does ?? "";
const without = (service) => SERVICES[service.service]?.without ?? "";

/** Whether it has been listened for too short a time to tell who is away. */
export const isListening = (health) => new Date(health.at) - new Date(health.since) < LISTENING_S * 1000;

/** Of a process: "running for 3 h, version 0.1.0". */
export const processWords = (instance, now) =>
  instance.silent
    ? `last heard ${distance(instance.heard_at, now)}`
    : `running for ${duration(Math.max(1, Math.round((now - new Date(instance.started_at)) / 1000)))}`;

/** What needs somebody, most urgent first: [{text, href}]. trunks and letters: of the API. */
export function troublesOf(health, trunks, letters) {
  const away = isListening(health) ? [] : health.services.filter((each) => each.state === "away");
  const troubled = health.services.filter((each) => each.state === "troubled");
  const degraded = trunks.filter((each) => each.degraded);
  return [
    ...away.map((each) => ({ text: `The ${each.service} service is not heard. ${without(each)}` })),
    ...troubled.map((each) => ({ text: troubleOf(each) })),
    degraded.length > 0 && { text: `${list(degraded.map((each) => each.name))} ${degraded.length === 1 ? "does" : "do"} not carry calls as set.`, href: "/trunks", label: "Trunks" },
    letters.count > 0 && { text: `${letters.more ? "More than " : ""}${count(letters.count, "message")} could not be taken in.`, href: "/dead-letters", label: "Dead letters" },
  ].filter(Boolean);
}

function troubleOf(service) {
  const silent = service.instances.filter((each) => each.silent).length;
  const parts = [...new Set(service.instances.filter((each) => !each.silent).flatMap((each) => Object.keys(each.waiting_for)))];
  const said = [
    parts.length > 0 && `waits for ${list(parts.map(partWords))}`,
    silent > 0 && `misses ${count(silent, "process", "processes")} that fell silent`,
  ].filter(Boolean);
  return `The ${service.service} service ${said.join(" and ")}.`;
}
