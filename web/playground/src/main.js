// Puts the page together: one connection, and the parts that use it.

import { Chat } from "./chat.js";
import { Connection } from "./connection.js";
import { Counting } from "./counting.js";
import { byId } from "./element.js";
import { Identity } from "./identity.js";
import { Wire } from "./wire.js";

const THEME = "stoa.theme";
const NOTICE_LASTS_MS = 8000;

const sockets = await (await fetch("sockets.json")).json();
const identity = new Identity(() => {
  connection.close();
  connection.connect();
});
const connection = new Connection(() => {
  const scheme = sockets.secure ? "wss" : "ws";
  return `${scheme}://${location.hostname}:${sockets.port}/ws?access_token=${encodeURIComponent(identity.token)}`;
});

let noticeEnd = 0;
let countdown = 0;

showTheme(localStorage.getItem(THEME));
byId("theme").addEventListener("click", switchTheme);
byId("notice-close").addEventListener("click", hideNotice);
byId("connect-now").addEventListener("click", () => connection.connect());
addEventListener("online", () => connection.connect());
addEventListener("offline", () => connection.suspend());
connection.addEventListener("state", ({ detail }) => showConnection(detail));

new Wire(connection);
new Chat(connection, showNotice);
new Counting(connection);
connection.connect();

function showConnection({ state, retryAt }) {
  clearInterval(countdown);
  document.querySelector(".connection").dataset.state = state;
  byId("connect-now").hidden = state !== "waiting";
  const text = byId("connection-text");
  switch (state) {
    case "connecting":
      text.textContent = "Connecting";
      break;
    case "open":
      text.textContent = "Connected";
      break;
    case "waiting":
      text.textContent = "Connection lost";
      countdown = setInterval(() => {
        const seconds = Math.ceil((retryAt - Date.now()) / 1000);
        text.textContent = seconds > 0 ? `Trying again in ${seconds} s` : "Trying again";
      }, 250);
      break;
    case "offline":
      text.textContent = "No network";
      break;
    case "closed":
      text.textContent = "Disconnected";
      break;
  }
}

function showNotice(text) {
  clearTimeout(noticeEnd);
  byId("notice-text").textContent = text;
  byId("notice").hidden = false;
  noticeEnd = setTimeout(hideNotice, NOTICE_LASTS_MS);
}

function hideNotice() {
  byId("notice").hidden = true;
}

function switchTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme.startsWith("dark")
    || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const theme = dark ? "light" : "dark";
  localStorage.setItem(THEME, theme);
  showTheme(theme);
}

function showTheme(theme) {
  if (theme) {
    document.documentElement.dataset.theme = theme;
  }
}
