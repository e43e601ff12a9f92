// What keys do. They are listed for people in the same place where they are bound.

import { byId, element } from "/assets/element.js";
import { COLOURS } from "./shapes.js";

const STEP = 10;
const SMALL_STEP = 1;
const ZOOM = 1.25;
const PAN = 80;

const TOOLS = { v: "select", p: "pen", r: "rectangle", o: "ellipse", n: "note" };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const HELP = [
  ["V P R O N", "Select, pen, rectangle, ellipse, note"],
  ["Enter", "Put the tool's shape in the middle; write on what is selected"],
  ["Tab", "Next shape"],
  ["Arrows", "Move what is selected, or the canvas; with Alt a little"],
  ["Shift + arrows", "Resize what is selected"],
  ["1 to 8", "Colour"],
  ["Ctrl D, Del", "Duplicate, delete"],
  ["[ and ]", "To the back, to the front"],
  ["Ctrl Z, Ctrl Shift Z", "Undo, redo"],
  ["Ctrl A, Esc", "Select everything, nothing"],
  ["+ − F", "Zoom in, out, show everything"],
  ["Space + drag, wheel", "Move the canvas; with Ctrl the wheel zooms"],
];

export class Keys {
  #desk;
  #hand;

  constructor(desk, hand) {
    this.#desk = desk;
    this.#hand = hand;
    addEventListener("keydown", (event) => this.#pressed(event));
    addEventListener("keyup", ({ key }) => key in ARROWS && desk.board.endStep());
    byId("key-list").replaceChildren(
      ...HELP.flatMap(([keys, what]) => [element("dt", "", keys), element("dd", "", what)]),
    );
  }

  #pressed(event) {
    if (event.defaultPrevented || isElsewhere(event.target) || event.isComposing) {
      return;
    }
    const done = event.ctrlKey || event.metaKey ? this.#command(event) : this.#key(event);
    if (done) {
      event.preventDefault();
    }
  }

  #command({ key, shiftKey }) {
    const desk = this.#desk;
    switch (key.toLowerCase()) {
      case "z":
        shiftKey ? desk.redo() : desk.undo();
        return true;
      case "y":
        desk.redo();
        return true;
      case "a":
        desk.take("select");
        desk.selection.set(desk.board.shapeIds());
        return true;
      case "d":
        desk.duplicate();
        return true;
      default:
        return false;
    }
  }

  #key({ key, shiftKey, altKey, target }) {
    const desk = this.#desk;
    if (key in ARROWS) {
      return this.#arrow(ARROWS[key], shiftKey, altKey);
    }
    if (key in TOOLS && !altKey) {
      desk.take(TOOLS[key]);
      byId("stage").focus({ preventScroll: true });
      return true;
    }
    if (/^[1-8]$/.test(key)) {
      desk.paint(COLOURS[key - 1]);
      return true;
    }
    switch (key) {
      case "Enter":
        return !target.closest("button, a") && this.#enter();
      case "Delete":
      case "Backspace":
        desk.remove();
        return true;
      case "Escape":
        this.#escape();
        return true;
      case "[":
      case "]":
        desk.raise(key === "]");
        return true;
      case "+":
      case "=":
        desk.camera.zoom(ZOOM);
        return true;
      case "-":
        desk.camera.zoom(1 / ZOOM);
        return true;
      case "f":
        desk.showAll();
        return true;
      case "?":
        byId("keys").showModal();
        return true;
      default:
        return false;
    }
  }

  #arrow([dx, dy], grow, small) {
    const { selection, camera } = this.#desk;
    const step = small ? SMALL_STEP : STEP;
    if (selection.ids.length === 0) {
      camera.pan(-dx * PAN, -dy * PAN);
    } else if (grow) {
      this.#desk.grow(dx * step, dy * step);
    } else {
      this.#desk.shift(dx * step, dy * step);
    }
    return true;
  }

  #enter() {
    const { tool } = this.#desk;
    if (tool === "select") {
      this.#desk.write();
    } else if (tool !== "pen") {
      this.#desk.createUsual(tool);
    }
    return true;
  }

  #escape() {
    if (this.#hand.cancel()) {
      return;
    }
    this.#desk.take("select");
    this.#desk.selection.set([]);
    byId("stage").focus({ preventScroll: true });
  }
}

/** Whether a key belongs to a field, a dialog or a card. */
function isElsewhere(target) {
  return target.closest("input, textarea, dialog, [popover]") !== null;
}
