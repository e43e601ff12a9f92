// Puts the page together: one connection, and the parts that use it.

import { Chat } from "./chat.js";
import { Connection } from "./connection.js";
import { Counting } from "./counting.js";
import { byId } from "/assets/element.js";
import { Identity } from "/assets/identity.js";
import { showNotice } from "/assets/notice.js";
import { followTheme } from "/assets/theme.js";
import { Wire } from "./wire.js";

const sockets = await (await fetch("sockets.json")).json();
const identity = new Identity(() => {
  connection.close();
  connection.connect();
});
const connection = new Connection(() => {
  const scheme = sockets.secure ? "wss" : "ws";
  return `${scheme}://${location.hostname}:${sockets.port}/ws?access_token=${encodeURIComponent(identity.token)}`;
});

let countdown = 0;

followTheme();
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
