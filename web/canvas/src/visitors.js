// Who is here: the others' cursors and what they hold, and the list of people.

import { avatar, byId, element, hueOf } from "/assets/element.js";
import { around } from "./selection.js";
import { set, svg, widthOf } from "./svg.js";

const FACES = 4;
/** A window that is counted and does not say who it is, is a reader's; a newcomer says so within this time. */
const INTRODUCTION_MS = 1500;
const ARROW = "M0 0 6.5 20.5 10.7 12 19.5 9.5Z";

export class Visitors {
  #board;
  #camera;
  #me;
  #nodes = new Map();
  #windows = 0;
  #introduction = 0;
  #listed = "";

  constructor(board, camera, selection, { user, readOnly }) {
    this.#board = board;
    this.#camera = camera;
    this.#me = { name: user, x: 0, y: 0, pointing: false, holds: "", readOnly };
    board.addEventListener("change", ({ detail }) => this.#boardChanged(detail));
    board.link.addEventListener("state", () => this.#counted());
    camera.addEventListener("move", () => this.#showCursors());
    selection.addEventListener("change", () => this.#tell({ holds: selection.ids[0] ?? "" }));
    document.addEventListener("visibilitychange", () => this.pointAt(null));
    this.#tell({});
    this.#showPeople();
  }

  /** This window's pointer is at a place of the world, or nowhere. */
  pointAt(place) {
    if (place || this.#me.pointing) {
      this.#tell(place ? { x: Math.round(place.x), y: Math.round(place.y), pointing: true } : { pointing: false });
    }
  }

  /** Readers are not heard by the others, so they say nothing. */
  #tell(changes) {
    Object.assign(this.#me, changes);
    if (!this.#me.readOnly) {
      const { name, x, y, pointing, holds } = this.#me;
      this.#board.show({ name, x, y, pointing, holds });
    }
  }

  /** The others, by window. */
  #others() {
    const others = new Map();
    for (const [key, record] of this.#board.records) {
      const [id, component] = key.split("/");
      if (component === "visitor" && id !== this.#board.id) {
        others.set(id, record);
      }
    }
    return others;
  }

  #boardChanged(keys) {
    if (keys.some((key) => key.endsWith("/visitor"))) {
      this.#showPeople();
    }
    this.#showCursors();
  }

  #counted() {
    const { windows } = this.#board.link;
    if (windows !== this.#windows) {
      this.#windows = windows;
      clearTimeout(this.#introduction);
      this.#introduction = setTimeout(() => this.#showPeople(), INTRODUCTION_MS);
    }
  }

  #showCursors() {
    const others = this.#others();
    for (const [id, node] of this.#nodes) {
      if (!others.has(id)) {
        node.remove();
        this.#nodes.delete(id);
      }
    }
    for (const [id, visitor] of others) {
      if (!this.#nodes.has(id)) {
        this.#nodes.set(id, cursor(visitor));
        byId("cursors").append(this.#nodes.get(id));
      }
      this.#place(this.#nodes.get(id), visitor);
    }
  }

  #place(node, visitor) {
    const [held, pointer] = node.children;
    const shape = this.#board.shape(visitor.holds);
    set(held, { visibility: shape ? "visible" : "hidden" });
    if (shape) {
      const { x, y, w, h } = around(this.#camera, shape);
      set(held, { x, y, width: w, height: h });
    }
    const { x, y } = this.#camera.toScreen(visitor);
    set(pointer, { visibility: visitor.pointing ? "visible" : "hidden" });
    pointer.style.translate = `${x}px ${y}px`;
  }

  #showPeople() {
    const others = [...this.#others().entries()];
    const readers = others.length > 0 || this.#windows > 1 ? this.#windows - others.length - (this.#me.readOnly ? 0 : 1) : 0;
    const quiet = Math.max(0, this.#me.readOnly ? readers - 1 : readers);
    const listed = JSON.stringify([others.map(([id, { name }]) => [id, name]), quiet]);
    if (listed === this.#listed) {
      return;
    }
    this.#listed = listed;
    byId("faces").replaceChildren(...others.slice(0, FACES).map(([, { name }]) => avatar(name)));
    byId("here-text").textContent = summary(others.length + quiet);
    byId("people").replaceChildren(
      person(`${this.#me.name} (you)`, this.#me.name),
      ...others.map(([id, visitor]) => this.#guest(id, visitor)),
      ...(quiet > 0 ? [element("li", "quiet-ones", quiet === 1 ? "and one who reads" : `and ${quiet} who read`)] : []),
    );
  }

  #guest(id, { name }) {
    const item = person(name, name);
    const go = element("button", "link", "Go there");
    go.type = "button";
    go.setAttribute("aria-label", `Go to where ${name} is`);
    go.addEventListener("click", () => {
      const visitor = this.#others().get(id);
      if (visitor) {
        const { w, h } = this.#camera.view;
        this.#camera.pan(
          (this.#camera.x + w / 2 - visitor.x) * this.#camera.scale,
          (this.#camera.y + h / 2 - visitor.y) * this.#camera.scale,
        );
        byId("here-card").hidePopover();
      }
    });
    item.append(go);
    return item;
  }
}

function summary(others) {
  return others === 0 ? "Only you" : `${others + 1} here`;
}

function person(text, name) {
  return element("li", "", avatar(name), element("span", "name", text));
}

/** What one of the others shows on this screen: a frame around what they hold, and their pointer with their name. */
function cursor({ name }) {
  const shown = name.length > 24 ? `${name.slice(0, 23)}…` : name;
  const width = widthOf(shown, 12, 600) + 16;
  const node = svg(
    "g",
    { class: "cursor" },
    svg("rect", { class: "held", rx: 6 }),
    svg(
      "g",
      { class: "pointer" },
      svg("path", { d: ARROW }),
      svg("rect", { x: 15, y: 19, width, height: 22, rx: 7 }),
      svg("text", { x: 23, y: 34 }, shown),
    ),
  );
  node.style.setProperty("--hue", String(hueOf(name)));
  return node;
}
