// Says in words how the connection is, what waits for it, and why the canvas is empty.

import { byId, element } from "/assets/element.js";

/** What answers sooner is not worth a word. */
const LOADING_MS = 400;

const NOTHING_YET = [
  "Draw something",
  "Take a tool below and drag. Open this address in a second window and draw together.",
];
const NOTHING_TO_READ = ["Nothing is drawn here yet", "You are signed in to read: what others draw appears here."];
const NOTHING_HERE = [
  "Offline",
  "This device has nothing of this canvas. What you draw now is kept, and joins it when you go online.",
];
const NOT_LET_IN = ["Not let in", "The server refuses this name. Sign in with another one."];
const NOT_REACHED = ["The server is not reached", "It is tried again. What you draw now is kept, and joins the canvas then."];
const LOADING = ["Loading the canvas", "It comes from the server."];

export class Status {
  #board;
  #readOnly;
  #slow = false;

  constructor(board, readOnly) {
    this.#board = board;
    this.#readOnly = readOnly;
    byId("connection-act").addEventListener("click", () => this.#act());
    byId("offline").addEventListener("click", () => board.link.want(!board.link.wanted));
    board.link.addEventListener("state", () => this.#show());
    board.keeping.addEventListener("kept", () => this.#show());
    board.addEventListener("change", () => this.#showQuiet());
    setTimeout(() => {
      this.#slow = true;
      this.#showQuiet();
    }, LOADING_MS);
    this.#show();
  }

  #show() {
    const { state, waiting, wanted, isLoaded } = this.#board.link;
    const { isKept } = this.#board.keeping;
    const edits = waiting === 1 ? "1 edit" : `${waiting} edits`;
    const kept = waiting > 0 ? `, ${edits} waiting` : "";
    const [text, dot, act] = {
      loading: ["Connecting", "connecting", null],
      open: ["Connected", "open", "Work offline"],
      saving: [`Saving ${edits}`, "connecting", null],
      waiting: [`${isLoaded ? "Connection lost" : "Not connected"}${kept}`, "waiting", "Try now"],
      refused: ["Not let in, trying again", "waiting", "Try now"],
      offline: [`Offline${kept}`, "offline", "Go online"],
      "no-network": [`No network${kept}`, "offline", null],
      outdated: ["This page is too old or too new for the server", "waiting", "Reload"],
    }[state];
    Object.assign(document.querySelector(".connection").dataset, { state: dot, waiting, kept: isKept });
    setText(byId("connection-text"), text);
    const button = byId("connection-act");
    button.hidden = act === null;
    setText(button, act ?? "");
    setText(byId("offline"), wanted ? "Work offline" : "Go online");
    document.body.classList.toggle("away", !wanted || state === "waiting" || state === "no-network");
    this.#showQuiet();
  }

  #act() {
    const { link } = this.#board;
    switch (link.state) {
      case "outdated":
        location.reload();
        break;
      case "offline":
        link.want(true);
        break;
      case "waiting":
      case "refused":
        link.tryNow();
        break;
      default:
        link.want(false);
    }
  }

  #showQuiet() {
    const quiet = byId("quiet");
    const words = this.#quietWords();
    if (words === null) {
      quiet.replaceChildren();
      delete quiet.dataset.title;
    } else if (quiet.dataset.title !== words[0]) {
      quiet.dataset.title = words[0];
      quiet.replaceChildren(element("strong", "", words[0]), words[1]);
    }
  }

  /** Why nothing is to be seen, as a title and a sentence; null when something is, or will be at once. */
  #quietWords() {
    if (this.#board.shapeIds().length > 0) {
      return null;
    }
    const { state, isLoaded } = this.#board.link;
    if (isLoaded) {
      return this.#readOnly ? NOTHING_TO_READ : NOTHING_YET;
    }
    if (state === "offline" || state === "no-network") {
      return NOTHING_HERE;
    }
    if (!this.#slow) {
      return null;
    }
    switch (state) {
      case "refused":
        return NOT_LET_IN;
      case "waiting":
        return NOT_REACHED;
      default:
        return LOADING;
    }
  }
}

/** Sets a text only when it is another, so that it is not read out again. */
function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
