// The chat: which rooms are joined, what was said in them, who is there and who types.

import { avatar, byId, element } from "./element.js";
import { Room } from "./room.js";

const TYPING_REPEAT_MS = 3000;
const TYPING_IDLE_MS = 4000;
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export class Chat {
  #connection;
  #notify;
  #rooms = new Map();
  #current = null;
  #you = "";
  #readOnly = false;
  #drafts = new Map();
  #lastSaid = null;
  #typingSince = 0;
  #typingEnd = 0;

  /** @param {(text: string) => void} notify shows a problem to the person */
  constructor(connection, notify) {
    this.#connection = connection;
    this.#notify = notify;
    connection.addEventListener("message", ({ detail }) => this.#receive(detail));
    connection.addEventListener("state", ({ detail }) => this.#stateChanged(detail.state));
    this.#listen();
    this.#show();
  }

  #listen() {
    const text = byId("say-text");
    byId("say").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say();
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#say();
      }
    });
    text.addEventListener("input", () => this.#typed(text.value !== ""));
    byId("leave").addEventListener("click", () => this.#leave());
    byId("open-room").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = byId("room-name");
      this.#open(field.value);
      field.value = "";
    });
  }

  #receive({ type, meta, payload }) {
    switch (type) {
      case "WELCOME":
        this.#welcomed(payload);
        break;
      case "MEMBERS":
        this.#membersChanged(payload);
        break;
      case "SAID":
        this.#said(payload);
        break;
      case "IS_TYPING":
        this.#rooms.get(payload.room)?.setTyping(payload.name, payload.typing);
        this.#showTyping();
        break;
      case "ERROR":
        this.#refused(meta.correlationId, payload);
        break;
    }
  }

  /** A new connection knows nothing of the one before: the rooms are joined again. */
  #welcomed({ you, readOnly, rooms }) {
    this.#you = you;
    this.#readOnly = readOnly;
    const wanted = this.#rooms.size === 0 ? rooms : [...this.#rooms.keys()];
    this.#current ??= new URLSearchParams(location.search).get("room") ?? wanted[0];
    for (const room of new Set([...wanted, this.#current])) {
      this.#join(room);
    }
  }

  async #join(name) {
    if (!this.#rooms.has(name)) {
      this.#rooms.set(name, new Room(name, () => this.#showTyping()));
    }
    try {
      this.#rooms.get(name)?.setMembers(await this.#connection.call("JOIN", { room: name }));
    } catch (error) {
      // If the connection was lost, the next WELCOME joins again.
      if (error.code !== "UNAVAILABLE") {
        this.#rooms.delete(name);
        this.#current = this.#current === name ? ([...this.#rooms.keys()][0] ?? null) : this.#current;
        this.#notify(`${name} cannot be joined: ${error.message}`);
      }
    }
    this.#show();
  }

  #open(name) {
    this.#drafts.set(this.#current, byId("say-text").value);
    this.#stopTyping();
    this.#current = name;
    const room = this.#rooms.get(name);
    if (room) {
      room.unread = 0;
      this.#show();
    } else {
      this.#join(name);
    }
    byId("say-text").value = this.#drafts.get(name) ?? "";
    byId("say-text").focus();
  }

  async #leave() {
    const name = this.#current;
    try {
      await this.#connection.call("LEAVE", { room: name });
    } catch (error) {
      this.#notify(`${name} cannot be left: ${error.message}`);
      return;
    }
    this.#rooms.delete(name);
    this.#current = [...this.#rooms.keys()][0] ?? null;
    this.#show();
  }

  #membersChanged(payload) {
    const room = this.#rooms.get(payload.room);
    if (room) {
      const before = new Set(room.members);
      const now = new Set(payload.members);
      payload.members.filter((name) => !before.has(name)).forEach((name) => room.add({ event: `${name} came in` }));
      room.members.filter((name) => !now.has(name)).forEach((name) => {
        room.add({ event: `${name} left` });
        room.setTyping(name, false);
      });
      room.setMembers(payload);
      this.#show();
    }
  }

  #said(payload) {
    const room = this.#rooms.get(payload.room);
    if (room) {
      room.add(payload);
      room.setTyping(payload.from, false);
      room.unread += room.name === this.#current ? 0 : 1;
      this.#show();
    }
  }

  #say() {
    const field = byId("say-text");
    const text = field.value.trim();
    if (text === "" || this.#current === null) {
      return;
    }
    const id = this.#connection.send("SAY", { room: this.#current, text });
    if (id === null) {
      this.#notify("Not connected. Your words stay here until you are.");
    } else {
      this.#lastSaid = { id, text };
      field.value = "";
      // Whoever said something has stopped typing; the others know that without being told.
      clearTimeout(this.#typingEnd);
      this.#typingSince = 0;
    }
  }

  /** Shows what was refused; words that were not said go back to where they were written. */
  #refused(id, { message, retryAfterMs }) {
    const wait = retryAfterMs ? ` Try again in ${(retryAfterMs / 1000).toFixed(1)} s.` : "";
    this.#notify(`${message}.${wait}`);
    const field = byId("say-text");
    if (this.#lastSaid?.id === id && field.value === "") {
      field.value = this.#lastSaid.text;
    }
  }

  #typed(something) {
    const now = Date.now();
    if (!something) {
      this.#stopTyping();
      return;
    }
    if (!this.#readOnly && now - this.#typingSince > TYPING_REPEAT_MS) {
      this.#typingSince = now;
      this.#connection.send("TYPING", { room: this.#current, typing: true });
    }
    clearTimeout(this.#typingEnd);
    this.#typingEnd = setTimeout(() => this.#stopTyping(), TYPING_IDLE_MS);
  }

  #stopTyping() {
    clearTimeout(this.#typingEnd);
    if (this.#typingSince > 0) {
      this.#typingSince = 0;
      this.#connection.send("TYPING", { room: this.#current, typing: false });
    }
  }

  #stateChanged(state) {
    byId("say-send").disabled = state !== "open";
    byId("leave").disabled = state !== "open";
    if (state === "waiting") {
      this.#typingSince = 0;
      for (const room of this.#rooms.values()) {
        room.members.forEach((name) => room.setTyping(name, false));
      }
      this.#showTyping();
    }
  }

  #show() {
    this.#showRooms();
    this.#showMembers();
    this.#showLog();
    this.#showTyping();
  }

  #showRooms() {
    const items = [...this.#rooms.values()].map((room) => {
      const button = element("button", "room", element("span", "name", room.name));
      button.type = "button";
      button.setAttribute("aria-current", String(room.name === this.#current));
      if (room.unread > 0) {
        const unread = element("span", "unread", String(room.unread));
        unread.setAttribute("aria-label", `${room.unread} unread`);
        button.append(unread);
      }
      button.addEventListener("click", () => this.#open(room.name));
      return element("li", "", button);
    });
    byId("rooms").replaceChildren(...items);
    byId("room-title").textContent = this.#current === null ? "No room" : `# ${this.#current}`;
    byId("say").hidden = this.#current === null;
    byId("leave").hidden = this.#current === null;
  }

  #showMembers() {
    const room = this.#rooms.get(this.#current);
    const items = (room?.members ?? []).map((name) => {
      const item = element("li", "", avatar(name), element("span", "name", name));
      if (name === this.#you) {
        item.append(element("span", "you", "you"));
      }
      return item;
    });
    byId("members").replaceChildren(...items);
    byId("count").textContent = room?.members.length ? String(room.members.length) : "";
  }

  #showLog() {
    const log = byId("log");
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60 || log.dataset.room !== this.#current;
    log.dataset.room = this.#current ?? "";
    const entries = this.#rooms.get(this.#current)?.entries ?? [];
    if (!entries.some((entry) => entry.text)) {
      log.replaceChildren(...entries.map(eventLine), this.#quiet());
    } else {
      log.replaceChildren(...entries.map((entry, i) => this.#line(entry, entries[i - 1])));
    }
    if (atEnd) {
      log.scrollTop = log.scrollHeight;
    }
  }

  #line(entry, before) {
    if (entry.event) {
      return eventLine(entry);
    }
    const same = before?.from === entry.from && entry.at - before.at < 120_000;
    const own = entry.from === this.#you;
    const line = element("article", `message${same ? " same" : ""}${own ? " own" : ""}`);
    if (!same) {
      const time = element("time", "", TIME.format(entry.at));
      time.dateTime = new Date(entry.at).toISOString();
      line.append(avatar(entry.from), element("div", "by", entry.from, time));
    }
    line.append(element("div", "text", entry.text));
    return line;
  }

  #quiet() {
    if (this.#current === null) {
      return element("div", "quiet", element("strong", "", "You have left every room"), "Open one on the left.");
    }
    const link = element("a", "", "Open a second window");
    link.href = `./?room=${this.#current}`;
    link.target = "_blank";
    link.rel = "noopener";
    const title = element("strong", "", "Nothing said yet");
    return element("div", "quiet", title, link, " and talk to yourself: every window is somebody else.");
  }

  #showTyping() {
    byId("typing").textContent = this.#rooms.get(this.#current)?.typingText() ?? "";
  }
}

function eventLine(entry) {
  return element("p", "event", entry.event);
}
