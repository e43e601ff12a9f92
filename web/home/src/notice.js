// One problem at a time, in words, at the top of the page.

import { byId } from "./element.js";

const LASTS_MS = 8000;

let end = 0;

/** Shows a problem to the person for a while. */
export function showNotice(text) {
  clearTimeout(end);
  byId("notice-text").textContent = text;
  byId("notice").hidden = false;
  byId("notice-close").onclick = hideNotice;
  end = setTimeout(hideNotice, LASTS_MS);
}

function hideNotice() {
  clearTimeout(end);
  byId("notice").hidden = true;
}
