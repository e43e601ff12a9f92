// Light or dark: as the system has it until the person switches, and then as they switched, on every page.

import { byId } from "./element.js";

const KEY = "stoa.theme";

/** Shows the page as chosen, and lets #theme switch. */
export function followTheme() {
  show(localStorage.getItem(KEY));
  byId("theme").addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    localStorage.setItem(KEY, theme);
    show(theme);
  });
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function show(theme) {
  if (theme) {
    document.documentElement.dataset.theme = theme;
  }
}
