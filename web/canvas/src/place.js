// Which canvas this is, what others need to come to it, and what this device keeps of it.

import { byId } from "/assets/element.js";
import { showNotice } from "/assets/notice.js";

const USUAL = "lobby";
const OFFLINE = "stoa.canvas.offline";
const LOCK_PATIENCE_MS = 1000;
const COPIED_MS = 2000;

/** The canvas that the address names. */
export function roomOfAddress() {
  const asked = new URLSearchParams(location.search).get("room")?.trim().replace(/\p{Cc}/gu, "");
  return asked ? asked.slice(0, 64) : USUAL;
}

/** Where a canvas is, for whoever opens it; `more` is what the address says beside. */
export function addressOf(room, more = {}) {
  return `/canvas/?${new URLSearchParams({ room, ...more })}`;
}

/** Shows the canvas's name, and lets people open another or invite somebody. */
export function showRoom(room, identity) {
  document.title = `${room} – Stoa canvas`;
  byId("room-name").textContent = room;
  byId("open-room").addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(addressOf(byId("open-room-name").value.trim() || USUAL, identity.inAddress));
  });
  byId("copy-link").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(new URL(addressOf(room), location.href).href);
      byId("copy-link").textContent = "Copied";
      setTimeout(() => (byId("copy-link").textContent = "Copy the address"), COPIED_MS);
    } catch {
      showNotice("The browser does not let this page copy. The address is in its address bar.");
    }
  });
}

/**
 * The name under which this device keeps the canvas, so that edits made offline survive the page; null while another window
 * of this browser keeps it already, because only one may write there.
 */
export async function localName(room) {
  const name = `stoa-canvas:${room}`;
  return new Promise((resolve) => {
    const patience = AbortSignal.timeout(LOCK_PATIENCE_MS);
    const kept = navigator.locks.request(name, { signal: patience }, () => {
      resolve(name);
      return new Promise(() => {}); // until the page ends
    });
    kept.catch(() => resolve(null));
  });
}

/** Whether this window works offline, also after it is loaded again. */
export const offline = {
  get wanted() {
    return sessionStorage.getItem(OFFLINE) !== null;
  },
  set wanted(wanted) {
    if (wanted) {
      sessionStorage.setItem(OFFLINE, "1");
    } else {
      sessionStorage.removeItem(OFFLINE);
    }
  },
};
