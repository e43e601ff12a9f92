// Which shapes are selected, with their outlines and handles.

import { byId } from "/assets/element.js";
import { boxAround } from "./shapes.js";
import { svg } from "./svg.js";

const CORNERS = { nw: [0, 0], ne: [1, 0], se: [1, 1], sw: [0, 1] };
const GAP = 5;

/** Tells `change`. */
export class Selection extends EventTarget {
  #board;
  #camera;
  #ids = new Set();
  #marquee = null;
  /** Whether what is selected may be resized. */
  #editable;

  constructor(board, camera, editable) {
    super();
    this.#board = board;
    this.#camera = camera;
    this.#editable = editable;
    board.addEventListener("change", ({ detail }) => this.#boardChanged(detail));
    camera.addEventListener("move", () => this.#show());
  }

  get ids() {
    return [...this.#ids];
  }

  /** The only shape that is selected; null when there is none, or more than one. */
  get only() {
    return this.#ids.size === 1 ? this.ids[0] : null;
  }

  has(id) {
    return this.#ids.has(id);
  }

  set(ids) {
    if (ids.length !== this.#ids.size || ids.some((id) => !this.#ids.has(id))) {
      this.#ids = new Set(ids);
      this.#changed();
    }
  }

  toggle(id) {
    this.set(this.has(id) ? this.ids.filter((other) => other !== id) : [...this.ids, id]);
  }

  /** The rectangle that is being drawn around what is to be selected, on the screen; null when there is none. */
  set marquee(box) {
    this.#marquee = box;
    this.#show();
  }

  /** The box around all that is selected; null around nothing. */
  get box() {
    return boxAround(this.ids.map((id) => this.#board.shape(id)).filter(Boolean));
  }

  #boardChanged(keys) {
    const gone = this.ids.filter((id) => keys.includes(`${id}/shape`) && !this.#board.shape(id));
    if (gone.length > 0) {
      this.set(this.ids.filter((id) => !gone.includes(id)));
    } else if (this.ids.some((id) => keys.includes(`${id}/shape`))) {
      this.#show();
    }
  }

  #changed() {
    this.#show();
    this.dispatchEvent(new Event("change"));
  }

  #show() {
    const shapes = this.ids.map((id) => this.#board.shape(id)).filter(Boolean);
    const outlines = shapes.map((shape) => svg("rect", { class: "selected", ...this.#outline(shape), rx: 6 }));
    const handles = this.#editable && shapes.length === 1 ? this.#handles(shapes[0]) : [];
    const marquee = this.#marquee ? [svg("rect", { class: "marquee", ...attributes(this.#marquee) })] : [];
    byId("over").replaceChildren(...outlines, ...handles, ...marquee);
  }

  #outline(shape) {
    return attributes(around(this.#camera, shape));
  }

  #handles(shape) {
    const box = around(this.#camera, shape);
    return Object.entries(CORNERS).map(([corner, [right, bottom]]) => {
      const at = { cx: box.x + right * box.w, cy: box.y + bottom * box.h };
      return svg(
        "g",
        { class: `handle ${corner}`, "data-corner": corner },
        svg("circle", { ...at, r: 16, class: "touch" }),
        svg("circle", { ...at, r: 5.5, class: "knob" }),
      );
    });
  }
}

/** Where the outline of a shape is on the screen. */
export function around(camera, { x, y, w, h }) {
  const corner = camera.toScreen({ x, y });
  return {
    x: corner.x - GAP,
    y: corner.y - GAP,
    w: w * camera.scale + 2 * GAP,
    h: h * camera.scale + 2 * GAP,
  };
}

function attributes({ x, y, w, h }) {
  return { x, y, width: w, height: h };
}
