// What this window knows of one room. Holds no elements: chat.js shows it.

const MAX_ENTRIES = 200;
const TYPING_LASTS_MS = 6000;

export class Room {
  entries = [];
  members = [];
  count = 0;
  unread = 0;
  #typing = new Map();

  constructor(name, changed) {
    this.name = name;
    this.changed = changed;
  }

  /** Adds { from, text, at } or { event }, and forgets the oldest beyond the limit. */
  add(entry) {
    this.entries.push(entry);
    if (this.entries.length > MAX_ENTRIES) {
      this.entries.shift();
    }
  }

  setMembers({ members, count }) {
    this.members = members;
    this.count = count;
  }

  /** Notes that somebody types, until they stop or nothing more is heard of it. */
  setTyping(name, typing) {
    clearTimeout(this.#typing.get(name));
    this.#typing.delete(name);
    if (typing) {
      const forget = () => {
        this.#typing.delete(name);
        this.changed();
      };
      this.#typing.set(name, setTimeout(forget, TYPING_LASTS_MS));
    }
  }

  /** Who types, as a sentence; empty when nobody does. */
  typingText() {
    const names = [...this.#typing.keys()];
    if (names.length === 0) {
      return "";
    }
    if (names.length > 3) {
      return "Several people are typing…";
    }
    const list = new Intl.ListFormat("en").format(names);
    return `${list} ${names.length === 1 ? "is" : "are"} typing…`;
  }
}
