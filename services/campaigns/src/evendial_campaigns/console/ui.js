// What components are made of: Preact with its hooks, and htm for the markup.
import { Fragment, createContext, createPortal, h, render } from "./vendor/preact.js";
import htm from "./vendor/htm.js";

export { Fragment, createContext, createPortal, render };
export {
  useCallback, useContext, useEffect, useErrorBoundary, useId, useLayoutEffect, useMemo, useReducer, useRef, useState,
} from "./vendor/hooks.js";

export const html = htm.bind(h);

/** Class names from those that hold: classes("button", busy && "is-busy"). */
export const classes = (...names) => names.filter(Boolean).join(" ");
