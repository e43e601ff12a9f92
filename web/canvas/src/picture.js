// Shows the shapes of a board, lowest first; each is an element that can be focused.

import { byId } from "/assets/element.js";
import { COLOURS, describe, strokePath } from "./shapes.js";
import { fittedText, set, svg } from "./svg.js";

const NOTE_SIZES = [20, 17, 15, 13, 11];
const LABEL_SIZES = [17, 15, 13, 11];
const NOTE_PADDING = 14;

export class Picture {
  #board;
  #group = byId("shapes");
  #nodes = new Map();
  /** What each shape's z was when they were put in order. */
  #stacked = new Map();

  constructor(board, camera) {
    this.#board = board;
    board.addEventListener("change", ({ detail }) => this.#changed(detail));
    const look = () => {
      set(this.#group, { transform: `scale(${camera.scale}) translate(${-camera.x} ${-camera.y})` });
      set(byId("dots"), {
        patternTransform: `translate(${-camera.x * camera.scale} ${-camera.y * camera.scale}) scale(${camera.scale})`,
      });
    };
    camera.addEventListener("move", look);
    look();
  }

  /** The element of a shape; undefined when it is not shown. */
  node(id) {
    return this.#nodes.get(id);
  }

  #changed(keys) {
    const ids = new Set(keys.filter((key) => /\/(shape|stroke)$/.test(key)).map((key) => key.slice(0, key.indexOf("/"))));
    ids.forEach((id) => this.#show(id));
    if ([...ids].some((id) => this.#stacked.get(id) !== this.#board.shape(id)?.z)) {
      this.#stack();
    }
  }

  #show(id) {
    const shape = this.#board.shape(id);
    if (!shape) {
      this.#hide(id);
      return;
    }
    if (!this.#nodes.has(id)) {
      this.#nodes.set(id, svg("g", { "data-id": id, role: "img", tabindex: 0 }));
    }
    const node = this.#nodes.get(id);
    const colour = COLOURS.includes(shape.colour) ? shape.colour : "grey";
    set(node, { class: `shape ${shape.kind} ${colour}`, "data-kind": shape.kind, "aria-label": describe(shape) });
    node.replaceChildren(...outline(shape, this.#board.stroke(id)));
  }

  #hide(id) {
    const node = this.#nodes.get(id);
    if (node === document.activeElement) {
      byId("stage").focus({ preventScroll: true });
    }
    node?.remove();
    this.#nodes.delete(id);
  }

  /** Puts the elements in the order of their shapes, moving only those that are out of it. */
  #stack() {
    const z = (id) => this.#board.shape(id).z;
    const ids = [...this.#nodes.keys()].sort((one, other) => z(one) - z(other) || (one < other ? -1 : 1));
    this.#stacked = new Map(ids.map((id) => [id, z(id)]));
    const focused = document.activeElement;
    let below = null;
    for (const id of ids) {
      const node = this.#nodes.get(id);
      if (node.parentNode !== this.#group || node.previousElementSibling !== below) {
        this.#group.insertBefore(node, below ? below.nextElementSibling : this.#group.firstElementChild);
      }
      below = node;
    }
    if (focused !== document.activeElement && focused?.isConnected) {
      focused.focus({ preventScroll: true });
    }
  }
}

function outline(shape, stroke) {
  const { kind, x, y, w, h, text } = shape;
  switch (kind) {
    case "stroke": {
      const d = stroke ? strokePath(shape, stroke) : "";
      return [svg("path", { class: "touch", d }), svg("path", { class: "ink", d })];
    }
    case "ellipse":
      return [
        svg("ellipse", { cx: x + w / 2, cy: y + h / 2, rx: w / 2, ry: h / 2 }),
        ...label(text, { x: x + w * 0.16, y: y + h * 0.16, w: w * 0.68, h: h * 0.68 }, LABEL_SIZES, true),
      ];
    case "note":
      return [svg("rect", { x, y, width: w, height: h, rx: 4 }), ...label(text, inner(shape), NOTE_SIZES, false)];
    default:
      return [svg("rect", { x, y, width: w, height: h, rx: 10 }), ...label(text, inner(shape), LABEL_SIZES, true)];
  }
}

function inner({ x, y, w, h }) {
  const padding = Math.min(NOTE_PADDING, w / 4, h / 4);
  return { x: x + padding, y: y + padding, w: w - 2 * padding, h: h - 2 * padding };
}

function label(text, box, sizes, centred) {
  return text ? [fittedText(text, box, sizes, centred)] : [];
}
