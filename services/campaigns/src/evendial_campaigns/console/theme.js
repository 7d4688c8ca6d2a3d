// Light, dark, or what the system says.
import { observed } from "./observed.js";

const KEY = "theme";
export const THEMES = ["system", "light", "dark"];
export const theme = observed(document.documentElement.dataset.theme || "system");

export function chooseTheme(chosen) {
  const root = document.documentElement;
  if (chosen === "system") delete root.dataset.theme;
  else root.dataset.theme = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Storage is forbidden here: it holds for this page.
  }
  theme.set(chosen);
}
