// What a person does to a board: the tool and the colour in their hand, and everything that can be done with them.

import { byId } from "/assets/element.js";
import { usualBox } from "./gestures.js";
import { boxAround, COLOURS, describe, hasText, KINDS, MIN_SIZE, rounded } from "./shapes.js";

const COLOUR = "stoa.canvas.colour";
const COPY_SHIFT = 20;
/** More shapes than this would make browsers slow, and fill the client's world. */
const MAX_SHAPES = 4000;

/** Tells `tool` and `colour`. */
export class Desk extends EventTarget {
  board;
  camera;
  selection;
  readOnly;
  #user;
  #editor;
  #notify;
  #tool = "select";
  #colour = localStorage.getItem(COLOUR);
  #hasDrawn = false;

  constructor({ board, camera, selection, readOnly, user, editor, notify }) {
    super();
    Object.assign(this, { board, camera, selection, readOnly });
    this.#user = user;
    this.#editor = editor;
    this.#notify = notify;
    selection.addEventListener("change", () => this.dispatchEvent(new Event("colour")));
  }

  get tool() {
    return this.#tool;
  }

  /** Takes a tool into the hand: `select`, `pen`, or a kind of shape. */
  take(tool) {
    const taken = this.readOnly ? "select" : tool;
    if (taken !== this.#tool) {
      this.#tool = taken;
      if (taken !== "select") {
        this.selection.set([]);
      }
      this.dispatchEvent(new Event("tool"));
    }
  }

  /** The colour of what is drawn next, or of what is selected. */
  get colour() {
    const selected = this.selection.only && this.board.shape(this.selection.only)?.colour;
    return [selected, this.#colour].find((colour) => COLOURS.includes(colour)) ?? (this.#tool === "note" ? "yellow" : "teal");
  }

  paint(colour) {
    this.#colour = colour;
    localStorage.setItem(COLOUR, colour);
    if (!this.readOnly) {
      this.selection.ids.forEach((id) => this.board.change(id, { colour }));
      this.board.endStep();
    }
    this.dispatchEvent(new Event("colour"));
  }

  /** Puts a shape on top of all others and returns its id. */
  create(kind, box, stroke) {
    const ids = this.board.shapeIds();
    if (ids.length >= MAX_SHAPES) {
      this.#notify(`This canvas has ${MAX_SHAPES} shapes, which is all it takes. Delete some, or open another canvas.`);
      return null;
    }
    this.#hasDrawn = true;
    const shape = { kind, ...box, z: this.#highest(ids) + 1, colour: this.colour, text: "", by: this.#user };
    return this.board.add(shape, stroke);
  }

  /** Puts a shape of the usual size around a place, or in the middle of the window. */
  createUsual(kind, place = this.camera.centre) {
    const id = this.create(kind, usualBox(kind, place));
    if (id !== null) {
      this.created(id, kind);
    }
  }

  /** A shape has been drawn: it is selected, and a note is written on. */
  created(id, kind) {
    this.board.endStep();
    this.take("select");
    this.selection.set([id]);
    this.say(`${KINDS[kind].name} drawn`);
    if (kind === "note") {
      this.#editor.open(id);
    }
  }

  /** Writes on the shape that is selected alone. */
  write(id = this.selection.only) {
    const shape = id && this.board.shape(id);
    if (shape && hasText(shape) && !this.readOnly) {
      this.#editor.open(id);
    }
  }

  remove() {
    const { ids } = this.selection;
    if (ids.length === 0 || this.readOnly) {
      return;
    }
    ids.forEach((id) => this.board.remove(id));
    this.board.endStep();
    this.selection.set([]);
    byId("stage").focus({ preventScroll: true });
    this.say(ids.length === 1 ? "Deleted" : `${ids.length} shapes deleted`);
  }

  duplicate() {
    if (this.readOnly) {
      return;
    }
    const copies = this.#selected().map((id) => {
      const { kind, x, y, w, h, text, colour } = this.board.shape(id);
      const stroke = this.board.stroke(id);
      const box = rounded({ x: x + COPY_SHIFT, y: y + COPY_SHIFT, w, h });
      const copy = this.create(kind, box, stroke && { points: stroke.points, used: stroke.used });
      if (copy !== null) {
        this.board.change(copy, { text, colour });
      }
      return copy;
    });
    this.board.endStep();
    this.selection.set(copies.filter((id) => id !== null));
  }

  /** Moves what is selected. */
  shift(dx, dy) {
    this.#eachSelected(({ x, y }) => rounded({ x: x + dx, y: y + dy }));
  }

  /** Makes what is selected larger or smaller. */
  grow(dw, dh) {
    this.#eachSelected(({ w, h }) => rounded({ w: Math.max(MIN_SIZE, w + dw), h: Math.max(MIN_SIZE, h + dh) }));
  }

  #eachSelected(changeOf) {
    if (this.readOnly) {
      return;
    }
    for (const id of this.#selected()) {
      this.board.change(id, changeOf);
    }
    if (this.selection.box) {
      this.camera.reveal(this.selection.box);
    }
  }

  /** Shows everything that is drawn. */
  showAll() {
    this.camera.fit(this.#everything());
  }

  /** Shows everything to somebody who has only come, if they would not see all of it. */
  showToNewcomer() {
    if (this.#hasDrawn) {
      return;
    }
    const { x, y, w, h } = this.#everything();
    const view = this.camera.view;
    if (x < view.x || y < view.y || x + w > view.x + view.w || y + h > view.y + view.h) {
      this.showAll();
    }
  }

  #everything() {
    return boxAround(this.board.shapeIds().map((id) => this.board.shape(id)));
  }

  /** Puts what is selected above all others, or below them. */
  raise(up) {
    if (this.readOnly) {
      return;
    }
    const ids = this.board.shapeIds();
    const z = up ? this.#highest(ids) + 1 : Math.min(...ids.map((id) => this.board.shape(id).z)) - 1;
    this.selection.ids.forEach((id) => this.board.change(id, { z }));
    this.board.endStep();
  }

  undo() {
    this.board.undo();
    this.say("Undone");
  }

  redo() {
    this.board.redo();
    this.say("Redone");
  }

  /** Tells people who do not see the canvas what has happened. */
  say(text) {
    byId("said").textContent = text;
  }

  sayWhatIsSelected() {
    const shape = this.selection.only && this.board.shape(this.selection.only);
    if (shape) {
      this.say(describe(shape));
    }
  }

  /** Without those that are only about to be there. */
  #selected() {
    return this.selection.ids.filter((id) => this.board.shape(id));
  }

  #highest(ids) {
    return ids.reduce((highest, id) => Math.max(highest, this.board.shape(id).z), 0);
  }
}
