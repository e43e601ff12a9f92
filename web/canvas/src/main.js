// Puts the page together: a board, what shows it, and what people do to it.

import { Identity } from "/assets/identity.js";
import { showNotice } from "/assets/notice.js";
import { followTheme } from "/assets/theme.js";
import { byId } from "/assets/element.js";
import { addressOf, localName, offline, roomOfAddress, showRoom } from "./place.js";

followTheme();
const room = roomOfAddress();
const identity = new Identity(() => location.assign(addressOf(room, identity.inAddress)));
showRoom(room, identity);

try {
  await start();
} catch (failure) {
  console.error(failure);
  byId("connection-text").textContent = "Not started";
  byId("quiet").textContent = `The canvas could not be started: ${failure.message}`;
}

async function start() {
  // Apart from the rest, because builds may leave the client out (-Dcanvas.skip).
  const { Board } = await import("./board.js").catch((cause) => {
    throw new Error("a part of it is missing or was not reached. Load it again, or build it with npm at hand.", { cause });
  });
  const { put } = await import("./put.js");
  const { port, secure } = await (await fetch("/playground/sockets.json")).json();
  const board = await Board.open({
    url: `${secure ? "wss" : "ws"}://${location.hostname}:${port}/documents`,
    room,
    token: identity.token,
    local: identity.readOnly ? null : await localName(room),
    startOffline: offline.wanted,
  });
  board.link.addEventListener("state", () => (offline.wanted = !board.link.wanted));
  board.addEventListener("failure", ({ detail }) =>
    showNotice(`This window cannot go on: ${detail.message} Load the page again; what you drew is kept.`),
  );
  put(board, identity);
}
