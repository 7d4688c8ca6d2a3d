// A form: what stands in it, what is wrong with it, and sending it.
import { Problem, wordsOf } from "./problem.js";
import { useRef, useState } from "./ui.js";

/** What is wrong with a field that was left is said once the click that left it has landed: it moves what is below. */
const CLICK_MS = 200;

/**
 * initial: values by field name; check(values) -> {field: what is wrong}, called as one types; submit(values): async.
 * What the service refuses stands at the field that it names ("window.start", too), or in `failure`.
 * Gives {values, errors, failure, busy, changed, set, setAll, touch, onSubmit}.
 */
export function useForm({ initial, check = () => ({}), submit }) {
  const first = useRef(initial);
  const [values, setValues] = useState(initial);
  const [touched, setTouched] = useState({});
  const [refused, setRefused] = useState({});
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);

  const wrong = check(values);
  const isTouched = (name) => touched[name] || touched[name.split(".")[0]];
  const shown = Object.entries(wrong).filter(([name, words]) => words && (tried || isTouched(name)));
  const errors = { ...refused, ...Object.fromEntries(shown) };

  const set = (name, value) => {
    setValues((before) => ({ ...before, [name]: value }));
    setRefused((before) => without(before, name));
    setTouched((before) => (before[name] === undefined ? { ...before, [name]: false } : before));
  };
  const touch = (name) => setTimeout(
    () => setTouched((before) => (before[name] === false ? { ...before, [name]: true } : before)), CLICK_MS);

  const onSubmit = async (event) => {
    event?.preventDefault();
    const form = event?.currentTarget;
    if (busy) return;
    setTried(true);
    setFailure(null);
    const at = Object.keys(wrong).filter((name) => wrong[name]);
    if (at.length) return showFirst(form);
    setBusy(true);
    try {
      await submit(values);
      first.current = values;
    } catch (error) {
      const field = fieldOf(error, form);
      if (field) {
        setRefused({ [field]: error.reason });
        showFirst(form);
      } else setFailure(error);
    }
    setBusy(false);
  };

  return { values, errors, failure, busy, changed: values !== first.current, set, setAll: setValues, touch, onSubmit };
}

/** The field on the page that a refusal is about: "person_caps" for "person_caps[0].hours"; null if there is none. */
function fieldOf(error, form) {
  let name = error instanceof Problem ? error.field : null;
  while (name) {
    if (form?.querySelector(`[data-field="${CSS.escape(name)}"]`)) return name;
    name = name.replace(/(^|[.[])[^.[]*$/, "");
  }
  return null;
}

/** Those that are not about the field, nor about a part of it. */
const without = (errors, name) =>
  Object.fromEntries(Object.entries(errors).filter(([each]) => each !== name && !each.startsWith(`${name}.`)));

/** Once it is drawn. */
function showFirst(form) {
  setTimeout(() => {
    const place = form?.querySelector(".field-error")?.closest("[data-field]");
    place?.scrollIntoView({ block: "center" });
    place?.querySelector("input, select, textarea")?.focus({ preventScroll: true });
  });
}

/** What has gone wrong with the form as a whole, in words. */
export const failureOf = (form) => form.failure && wordsOf(form.failure);
