// What this window knows of one room. Holds no elements: chat.js shows it.

const MAX_ENTRIES = 1000;

export class Room {
  /** What is shown, in order: { from, text, at, offset } or { event }. */
  entries = [];
  /** Members by id; each { typing }. */
  members = new Map();
  unread = 0;
  /** The place in the log up to which everything is known; null before the first join. */
  position = null;
  /** Where earlier messages go on; null when there are none, undefined when not known yet. */
  earlier = undefined;
  /** While this many records of the log are missed ones, told again. */
  catchingUpTo = 0;
  caughtUp = 0;

  constructor(name) {
    this.name = name;
  }

  /** Whether it was joined and its history has come, so that missed messages can be told behind it. */
  get isKnown() {
    return this.position !== null && this.earlier !== undefined;
  }

  /** What to catch up from. */
  get recover() {
    return this.isKnown ? { recover: this.position } : {};
  }

  joined({ epoch, offset, members, recovered }) {
    this.members = new Map(members.map(({ memberId, presence }) => [memberId, presence ?? {}]));
    if (recovered && this.position) {
      this.catchingUpTo = offset;
      this.caughtUp = 0;
    } else {
      this.entries = [];
      this.position = { epoch, offset };
      this.earlier = undefined;
    }
  }

  /** Takes a message of the log; returns whether it is new. */
  said(message) {
    if (message.offset > 0) {
      if (this.position && message.offset <= this.position.offset) {
        return false;
      }
      this.position = { epoch: message.epoch, offset: message.offset };
    }
    const shown = entry(message);
    if (shown) {
      this.#add(shown);
      if (message.offset <= this.catchingUpTo) {
        this.caughtUp++;
      }
    }
    return shown !== null;
  }

  /** How many missed messages have come, once; null while there may be more. */
  takeCaughtUp() {
    this.catchingUpTo = 0;
    const count = this.caughtUp;
    this.caughtUp = 0;
    return count;
  }

  tell(event) {
    this.#add({ event });
  }

  /** Puts a page of earlier messages in front, newest first as it came. */
  before({ items, cursor }) {
    const known = new Set(this.entries.map(({ offset }) => offset));
    const older = items.filter(({ offset }) => !known.has(offset)).map(entry).filter(Boolean).reverse();
    this.entries = [...older, ...this.entries];
    this.earlier = cursor ?? null;
  }

  /** Who types besides `you`, as a sentence; empty when nobody does. */
  typingText(you) {
    const names = [...this.members].filter(([name, { typing }]) => typing && name !== you).map(([name]) => name);
    if (names.length === 0) {
      return "";
    }
    if (names.length > 3) {
      return "Several people are typing…";
    }
    const list = new Intl.ListFormat("en").format(names);
    return `${list} ${names.length === 1 ? "is" : "are"} typing…`;
  }

  #add(shown) {
    this.entries.push(shown);
    if (this.entries.length > MAX_ENTRIES) {
      this.entries.shift();
    }
  }
}

/** A message as it is shown; null when it is nothing that somebody said. */
function entry({ type, data, actor, publishedAt, offset }) {
  if (type !== "said" || typeof data?.text !== "string") {
    return null;
  }
  const from = actor?.displayName ?? actor?.userId ?? actor?.id ?? "guest";
  return { from, text: data.text, at: Date.parse(publishedAt), offset };
}
