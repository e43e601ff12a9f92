// Who this window is: a name and whether it only reads, kept for the window's life and taken from the
// address (?user=ada&read-only) if it says so. Development mode believes the token made from it.

import { avatar, byId, element } from "./element.js";

const KEY = "stoa.identity";
const ADJECTIVES = ["calm", "bright", "amber", "quiet", "swift", "olive", "silver", "gentle", "bold", "early"];
const NOUNS = ["heron", "cedar", "finch", "marble", "harbor", "comet", "willow", "lantern", "otter", "meadow"];

export class Identity {
  #user;
  #readOnly;

  /** @param {() => void} changed called when the person signs in as somebody else */
  constructor(changed) {
    const asked = new URLSearchParams(location.search);
    const known = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    this.#user = nameFrom(asked.get("user")) || known?.user || inventedName();
    this.#readOnly = asked.has("user") || asked.has("read-only") ? asked.has("read-only") : (known?.readOnly ?? false);
    this.#keep();
    this.#listen(changed);
  }

  get user() {
    return this.#user;
  }

  get readOnly() {
    return this.#readOnly;
  }

  get token() {
    return tokenOf(this.#user, this.#readOnly);
  }

  /** What an address says to be this window's person. */
  get inAddress() {
    return { user: this.#user, ...(this.#readOnly && { "read-only": "" }) };
  }

  #listen(changed) {
    const dialog = byId("sign-in");
    const user = byId("user");
    const readOnly = byId("read-only");
    const preview = () => {
      user.setCustomValidity(/[:\s]/.test(user.value) ? "A name has no spaces and no colon" : "");
      byId("token-preview").textContent = tokenOf(user.value, readOnly.checked);
    };
    user.addEventListener("input", preview);
    readOnly.addEventListener("input", preview);
    byId("who").addEventListener("click", () => {
      user.value = this.#user;
      readOnly.checked = this.#readOnly;
      preview();
      dialog.returnValue = "";
      dialog.showModal();
      user.select();
    });
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "change") {
        this.#user = user.value;
        this.#readOnly = readOnly.checked;
        this.#keep();
        changed();
      }
    });
  }

  #keep() {
    sessionStorage.setItem(KEY, JSON.stringify({ user: this.#user, readOnly: this.#readOnly }));
    byId("who").setAttribute("aria-label", `You are ${this.#user}. Sign in as somebody else`);
    byId("who").replaceChildren(
      avatar(this.#user),
      element("span", "name", this.#user + (this.#readOnly ? " (reading)" : "")),
    );
  }
}

function tokenOf(user, readOnly) {
  return `dev:${user}${readOnly ? ":ro" : ""}`;
}

/** What an address says as a name that the server takes. */
function nameFrom(asked) {
  return asked?.trim().replace(/[:\s\p{Cc}]+/gu, "-").slice(0, 64);
}

function inventedName() {
  const one = (list) => list[Math.floor(Math.random() * list.length)];
  return `${one(ADJECTIVES)}-${one(NOUNS)}-${Math.floor(10 + Math.random() * 90)}`;
}
