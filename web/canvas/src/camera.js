// Which part of the canvas the window shows. Screen places are pixels of the stage, world places those of shapes.

const NEAREST = 4;
const FARTHEST = 0.1;
/** What stays free around what is fitted in, as a part of the stage. */
const MARGIN = 0.07;

/** Tells `move`. */
export class Camera extends EventTarget {
  #stage;

  /** The world place in the stage's top left corner, and how large a unit of the world is. */
  x = 0;
  y = 0;
  scale = 1;

  constructor(stage) {
    super();
    this.#stage = stage;
    const { width, height } = stage.getBoundingClientRect();
    this.x = -width / 2;
    this.y = -height / 2;
  }

  /** Where in the stage a pointer is. */
  screen({ clientX, clientY }) {
    const { left, top } = this.#stage.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  toWorld({ x, y }) {
    return { x: this.x + x / this.scale, y: this.y + y / this.scale };
  }

  toScreen({ x, y }) {
    return { x: (x - this.x) * this.scale, y: (y - this.y) * this.scale };
  }

  /** The part of the world that is in view. */
  get view() {
    const { width, height } = this.#stage.getBoundingClientRect();
    return { x: this.x, y: this.y, w: width / this.scale, h: height / this.scale };
  }

  get centre() {
    const { x, y, w, h } = this.view;
    return { x: x + w / 2, y: y + h / 2 };
  }

  /** Moves what is seen by so many pixels. */
  pan(dx, dy) {
    this.#move(this.x - dx / this.scale, this.y - dy / this.scale, this.scale);
  }

  /** Zooms so that what is at a place of the screen stays there. */
  zoom(factor, { x, y } = this.toScreen(this.centre)) {
    const fixed = this.toWorld({ x, y });
    const scale = Math.min(NEAREST, Math.max(FARTHEST, this.scale * factor));
    this.#move(fixed.x - x / scale, fixed.y - y / scale, scale);
  }

  /** Shows a box whole, or where shapes begin if there is none. */
  fit(box) {
    const { width, height } = this.#stage.getBoundingClientRect();
    if (!box) {
      this.#move(-width / 2, -height / 2, 1);
      return;
    }
    const room = (length) => length * (1 - 2 * MARGIN);
    const scale = Math.max(FARTHEST, Math.min(1, room(width) / box.w, room(height) / box.h));
    this.#move(box.x + box.w / 2 - width / 2 / scale, box.y + box.h / 2 - height / 2 / scale, scale);
  }

  /** Moves as little as it takes to have a box in view. */
  reveal(box) {
    const { x, y, w, h } = this.view;
    const margin = 24 / this.scale;
    const shift = (from, length, start, size) =>
      from < start + margin ? from - margin - start
      : from + length > start + size - margin ? Math.min(from + length + margin - start - size, from - margin - start)
      : 0;
    this.#move(x + shift(box.x, box.w, x, w), y + shift(box.y, box.h, y, h), this.scale);
  }

  #move(x, y, scale) {
    if (x !== this.x || y !== this.y || scale !== this.scale) {
      Object.assign(this, { x, y, scale });
      this.dispatchEvent(new Event("move"));
    }
  }
}
