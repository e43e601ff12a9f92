// Writing on a shape, in a text box that lies over it.

import { byId } from "/assets/element.js";
import { fittingText } from "./shapes.js";

const MIN_WIDTH = 120;
const MIN_HEIGHT = 60;

export class Editor {
  #board;
  #camera;
  #picture;
  #notify;
  #box = byId("editor");
  #id = null;
  /** Whether the shape has been there; a new one comes with the next frame. */
  #seen = false;

  constructor(board, camera, picture, notify) {
    this.#board = board;
    this.#camera = camera;
    this.#picture = picture;
    this.#notify = notify;
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("blur", () => this.close());
    this.#box.addEventListener("keydown", (event) => this.#pressed(event));
    board.addEventListener("change", ({ detail }) => this.#boardChanged(detail));
    camera.addEventListener("move", () => this.#place());
  }

  open(id) {
    this.close();
    this.#id = id;
    this.#seen = false;
    this.#box.value = this.#board.shape(id)?.text ?? "";
    this.#box.hidden = false;
    this.#box.style.opacity = 0; // until its place is known
    this.#look();
    this.#box.focus({ preventScroll: true });
    this.#box.select();
  }

  close() {
    if (this.#id === null) {
      return;
    }
    this.#picture.node(this.#id)?.classList.remove("written-on");
    this.#id = null;
    this.#box.hidden = true;
    this.#board.endStep();
  }

  #typed() {
    const fitting = fittingText(this.#box.value);
    if (fitting !== this.#box.value) {
      this.#box.value = fitting;
    }
    this.#board.change(this.#id, { text: fitting });
  }

  #pressed(event) {
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      byId("stage").focus({ preventScroll: true });
    }
  }

  #boardChanged(keys) {
    if (this.#id === null || !keys.includes(`${this.#id}/shape`)) {
      return;
    }
    const shape = this.#board.shape(this.#id);
    if (!shape) {
      this.close();
      byId("stage").focus({ preventScroll: true });
      this.#notify("Somebody has deleted what you were writing on");
      return;
    }
    // What was typed is in the shape by now, so another text is somebody else's.
    if (shape.text !== this.#box.value && this.#seen) {
      this.#box.value = shape.text;
    }
    this.#look();
  }

  #look() {
    const shape = this.#board.shape(this.#id);
    if (!shape) {
      return;
    }
    this.#seen = true;
    this.#picture.node(this.#id)?.classList.add("written-on");
    this.#box.className = `editor ${shape.kind} ${shape.colour}`;
    this.#place();
  }

  #place() {
    const shape = this.#id && this.#board.shape(this.#id);
    if (!shape) {
      return;
    }
    const { x, y } = this.#camera.toScreen(shape);
    const { scale } = this.#camera;
    const width = Math.max(MIN_WIDTH, shape.w * scale);
    const height = Math.max(MIN_HEIGHT, shape.h * scale);
    const style = this.#box.style;
    style.opacity = 1;
    style.left = `${x + (shape.w * scale - width) / 2}px`;
    style.top = `${y + (shape.h * scale - height) / 2}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.fontSize = `${Math.max(14, 17 * scale)}px`;
  }
}
