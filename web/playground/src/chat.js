// The chat: which rooms are joined, what was said in them, who is there and who types.

import { avatar, byId, element } from "/assets/element.js";
import { Room } from "./room.js";

const PAGE = 50;
const TYPING_IDLE_MS = 4000;
const CAUGHT_UP_LASTS_MS = 6000;
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const WHY_LEFT = { closed: "left", left: "left", timeout: "lost the connection", destroyed: "left" };

export class Chat {
  #connection;
  #notify;
  #rooms = new Map();
  #current = null;
  /** Whether the server has ever let this window in. */
  #letIn = false;
  #you = "";
  #readOnly = false;
  #drafts = new Map();
  #unsent = null;
  #typing = false;
  #typingEnd = 0;
  #caughtUpEnd = 0;

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
      this.#open(field.value.trim());
      field.value = "";
    });
  }

  #receive({ type, payload }) {
    const room = this.#rooms.get(payload?.room);
    switch (type) {
      case "WELCOME":
        this.#welcomed(payload);
        break;
      case "room.message":
        this.#said(room, payload.message);
        break;
      case "room.member":
        this.#memberChanged(room, payload);
        break;
      case "room.presence":
        payload.changes.forEach(({ memberId, presence }) => {
          if (room?.members.has(memberId)) {
            room.members.set(memberId, presence);
          }
        });
        this.#showTyping();
        break;
      case "room.gap":
        this.#join(payload.room);
        break;
      case "room.destroyed":
        this.#notify(`${payload.room} is no more`);
        this.#forget(payload.room);
        break;
    }
  }

  /** A new connection is in no room: they are joined again, from where each of them was. */
  #welcomed({ you, readOnly, rooms }) {
    if (this.#you !== you) {
      this.#you = you;
      this.#typing = false;
    }
    this.#readOnly = readOnly;
    const wanted = this.#letIn ? [...this.#rooms.keys()] : rooms;
    if (!this.#letIn) {
      this.#letIn = true;
      this.#current ??= new URLSearchParams(location.search).get("room") ?? rooms[0];
      wanted.push(this.#current);
    }
    for (const room of new Set(wanted)) {
      this.#join(room);
    }
    this.#show();
  }

  async #join(name) {
    const room = this.#rooms.get(name) ?? new Room(name);
    this.#rooms.set(name, room);
    this.#show();
    const again = room.isKnown;
    try {
      const joined = await this.#connection.call("room.join", { room: name, ...room.recover });
      room.joined(joined);
      if (again && joined.recovered) {
        this.#caughtUp(room, joined.offset);
      } else {
        room.before(await this.#history(name));
        if (again) {
          this.#notify(`${name} began anew while you were away`);
        }
      }
    } catch (error) {
      // If the connection was lost, the next WELCOME joins again.
      if (error.code !== "UNAVAILABLE") {
        this.#notify(`${name} cannot be joined: ${error.message}`);
        this.#forget(name);
      }
    }
    this.#show();
  }

  /** The missed messages come behind the join's answer and in front of any later answer. */
  async #caughtUp(room) {
    await this.#connection.call("room.lifecycle", { room: room.name });
    const count = room.takeCaughtUp();
    if (room.name === this.#current) {
      const messages = count === 1 ? "1 message" : `${count} messages`;
      this.#tellCaughtUp(count === 0 ? "Reconnected, nothing missed" : `Reconnected, ${messages} caught up`);
    }
    this.#show();
  }

  #tellCaughtUp(text) {
    clearTimeout(this.#caughtUpEnd);
    byId("caught-up").textContent = text;
    byId("caught-up").hidden = false;
    this.#caughtUpEnd = setTimeout(() => {
      byId("caught-up").hidden = true;
    }, CAUGHT_UP_LASTS_MS);
  }

  #history(name, cursor) {
    return this.#connection.call("room.history", { room: name, limit: PAGE, types: ["said"], ...(cursor && { cursor }) });
  }

  async #showEarlier(room) {
    const log = byId("log");
    const fromEnd = log.scrollHeight - log.scrollTop;
    try {
      room.before(await this.#history(room.name, room.earlier));
    } catch (error) {
      this.#notify(error.message);
    }
    this.#show();
    log.scrollTop = log.scrollHeight - fromEnd;
  }

  #open(name) {
    if (name === "") {
      return;
    }
    this.#drafts.set(this.#current, byId("say-text").value);
    this.#stopTyping();
    this.#current = name;
    byId("caught-up").hidden = true;
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
      await this.#connection.call("room.leave", { room: name });
    } catch (error) {
      this.#notify(`${name} cannot be left: ${error.message}`);
      return;
    }
    this.#forget(name);
  }

  #forget(name) {
    this.#rooms.delete(name);
    this.#current = this.#current === name ? ([...this.#rooms.keys()][0] ?? null) : this.#current;
    this.#show();
  }

  #memberChanged(room, { event, member, reason }) {
    if (!room) {
      return;
    }
    if (event === "left") {
      if (room.members.delete(member.memberId)) {
        room.tell(`${member.memberId} ${WHY_LEFT[reason] ?? "left"}`);
      }
    } else {
      if (event === "joined" && !room.members.has(member.memberId)) {
        room.tell(`${member.memberId} came in`);
      }
      room.members.set(member.memberId, member.presence ?? {});
    }
    this.#show();
  }

  #said(room, message) {
    if (room?.said(message)) {
      room.unread += room.name === this.#current ? 0 : 1;
      this.#show();
    }
  }

  /** Words that get no answer are said again with the same key, so that they are heard once. */
  async #say() {
    const field = byId("say-text");
    const text = field.value.trim();
    const room = this.#current;
    if (text === "" || room === null) {
      return;
    }
    if (this.#connection.state !== "open") {
      this.#notify("Not connected. Your words stay here until you are.");
      return;
    }
    const known = this.#unsent?.text === text && this.#unsent.room === room;
    const idempotencyKey = known ? this.#unsent.idempotencyKey : crypto.randomUUID();
    this.#unsent = null;
    field.value = "";
    this.#stopTyping();
    try {
      await this.#connection.call("room.publish", { room, type: "said", data: { text }, idempotencyKey });
    } catch (error) {
      this.#unsent = { room, text, idempotencyKey };
      this.#refused(text, error);
    }
  }

  /** Shows what was refused; words that were not said go back to where they were written. */
  #refused(text, { message, retryAfterMs }) {
    const wait = retryAfterMs ? ` Try again in ${(retryAfterMs / 1000).toFixed(1)} s.` : "";
    this.#notify(this.#readOnly ? "You are signed in to read only." : `${message}.${wait}`);
    const field = byId("say-text");
    if (field.value === "") {
      field.value = text;
    }
  }

  #typed(something) {
    clearTimeout(this.#typingEnd);
    if (!something) {
      this.#stopTyping();
      return;
    }
    if (!this.#readOnly && !this.#typing) {
      this.#typing = true;
      this.#setTyping(true);
    }
    this.#typingEnd = setTimeout(() => this.#stopTyping(), TYPING_IDLE_MS);
  }

  #stopTyping() {
    clearTimeout(this.#typingEnd);
    if (this.#typing) {
      this.#typing = false;
      this.#setTyping(null);
    }
  }

  async #setTyping(typing) {
    try {
      await this.#connection.call("room.presence", { room: this.#current, presence: { typing } });
    } catch {
      // Whether somebody types is not worth a word.
    }
  }

  #stateChanged(state) {
    byId("say-send").disabled = state !== "open";
    byId("leave").disabled = state !== "open";
    document.body.classList.toggle("away", state !== "open");
    if (state !== "open") {
      this.#typing = false;
      for (const room of this.#rooms.values()) {
        room.members.forEach((presence) => delete presence.typing);
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
    byId("room-title").textContent = this.#current !== null ? `# ${this.#current}` : this.#letIn ? "No room" : "Rooms";
    byId("say").hidden = this.#current === null;
    byId("leave").hidden = this.#current === null;
  }

  #showMembers() {
    const members = [...(this.#rooms.get(this.#current)?.members.keys() ?? [])].sort();
    const items = members.map((name) => {
      const item = element("li", "", avatar(name), element("span", "name", name));
      if (name === this.#you) {
        item.append(element("span", "you", "you"));
      }
      return item;
    });
    byId("members").replaceChildren(...items);
    byId("count").textContent = members.length ? String(members.length) : "";
    byId("present").textContent =
      members.length === 0 ? "" : members.length === 1 ? "1 person here" : `${members.length} people here`;
  }

  #showLog() {
    const log = byId("log");
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60 || log.dataset.room !== this.#current;
    log.dataset.room = this.#current ?? "";
    const room = this.#rooms.get(this.#current);
    const entries = room?.entries ?? [];
    const lines = [];
    if (room?.earlier) {
      const more = element("button", "link earlier", "Earlier messages");
      more.type = "button";
      more.addEventListener("click", () => this.#showEarlier(room), { once: true });
      lines.push(more);
    }
    entries.forEach((entry, i) => {
      const before = entries.slice(0, i).findLast(({ text }) => text);
      if (entry.text && dayOf(entry.at) !== dayOf(before?.at)) {
        lines.push(element("p", "day", dayOf(entry.at)));
      }
      lines.push(this.#line(entry, entries[i - 1]));
    });
    if (!entries.some(({ text }) => text)) {
      lines.push(this.#quiet());
    }
    log.replaceChildren(...lines);
    if (atEnd) {
      log.scrollTop = log.scrollHeight;
    }
  }

  #line(entry, before) {
    if (entry.event) {
      return element("p", "event", entry.event);
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
    const room = this.#rooms.get(this.#current);
    if (!this.#letIn || (room && !room.isKnown)) {
      return element("div", "quiet", element("strong", "", "Coming in"), "What was said is shown in a moment.");
    }
    if (this.#current === null) {
      return element("div", "quiet", element("strong", "", "You have left every room"), "Open one on the left.");
    }
    const link = element("a", "", "Open a second window");
    link.href = `./?room=${encodeURIComponent(this.#current)}`;
    link.target = "_blank";
    link.rel = "noopener";
    const title = element("strong", "", "Nothing said yet");
    return element("div", "quiet", title, link, " and talk to yourself: every window is somebody else.");
  }

  #showTyping() {
    byId("typing").textContent = this.#rooms.get(this.#current)?.typingText(this.#you) ?? "";
  }
}

function dayOf(at) {
  return at === undefined ? "" : DAY.format(at);
}
