// The shared document: canvas-store's client, unmodified, and the frames in which it is synchronised.
//
// Every edit waits for its frame. There, what others did is taken in first, then the edits are made, then they are sent: so
// no change of somebody else can come between making an edit and sending it, and all screens agree in the end.

import { addComponent, CanvasStore, createEntity, defineSystem, removeEntity, Synced, World } from "./canvas-store.js";
import { Shape, Stroke, Visitor } from "./components.js";
import { Keeping } from "./keeping.js";
import { Link } from "./link.js";

const HIDDEN_FRAME_MS = 500;
const MAX_ENTITIES = 10_000;

/**
 * Tells `change` (detail: keys of records that are new, different or gone), `history`, and `failure` when it can go on no
 * longer. Its link tells about the connection, its keeping about what this device has.
 */
export class Board extends EventTarget {
  #store;
  #world;
  #system = defineSystem((ctx) => this.#frame(ctx));
  #edits = [];
  /** Entities of this frame, which the store does not know yet. */
  #made = new Map();
  #visitor = null;
  #known = new Map();
  #eventsSeen = -1;
  #checkpoint = null;
  #stepEnds = false;
  #history = "";
  #unschedule = () => {};

  /** The window, as others know it; one for each load of the page. */
  id = crypto.randomUUID();

  /** Opens a canvas; `local` names what this device keeps of it, and null means that it keeps nothing. */
  static async open({ url, room, token, local, startOffline }) {
    const board = new Board();
    await board.#open({ url, room, token, local, startOffline });
    return board;
  }

  async #open({ url, room, token, local, startOffline }) {
    const components = [Shape, Stroke, Visitor];
    this.#world = new World([...components, Synced], { maxEntities: MAX_ENTITIES, threads: 1 });
    this.link = new Link(startOffline);
    this.#store = new CanvasStore({
      persistence: local ? { documentId: local } : undefined,
      history: true,
      websocket: { documentId: room, url, clientId: this.id, token, startOffline: true, ...this.link.listeners },
    });
    await this.#store.initialize({ components, singletons: [] });
    this.keeping = new Keeping(this.#store);
    this.link.open(this.#store);
    document.addEventListener("visibilitychange", () => this.#schedule());
    addEventListener("pagehide", (event) => this.#leave(event));
    this.#schedule();
  }

  /** All records there are, by key (`id/component`). */
  get records() {
    return this.#known;
  }

  shape(id) {
    return this.#known.get(`${id}/shape`);
  }

  stroke(id) {
    return this.#known.get(`${id}/stroke`);
  }

  /** Ids of all shapes, in no order. */
  shapeIds() {
    return [...this.#known.keys()].filter((key) => key.endsWith("/shape")).map((key) => key.slice(0, -"/shape".length));
  }

  /** Puts a new shape on the canvas, with a stroke if it has one, and returns its id. */
  add(shape, stroke) {
    const id = crypto.randomUUID();
    this.#edit((ctx) => {
      const entity = this.#make(ctx, id);
      addComponent(ctx, entity, Shape, shape);
      if (stroke) {
        addComponent(ctx, entity, Stroke, stroke);
      }
    });
    return id;
  }

  /**
   * Changes fields of a shape, and of its stroke; does nothing to one that somebody has deleted. Fields that depend on what
   * the shape is at that moment are given as a function of it.
   */
  change(id, fields, stroke) {
    this.#edit((ctx) => {
      if (this.#lives(id, "shape")) {
        const entity = this.#entity(id);
        Shape.patch(ctx, entity, typeof fields === "function" ? fields(Shape.snapshot(ctx, entity)) : fields);
      }
      if (stroke && this.#lives(id, "stroke")) {
        Stroke.patch(ctx, this.#entity(id), stroke);
      }
    });
  }

  remove(id) {
    this.#edit((ctx) => {
      if (this.#lives(id, "shape")) {
        removeEntity(ctx, this.#entity(id));
        this.#made.delete(id);
      }
    });
  }

  /** Ends what one undo takes back: everything since the last end. */
  endStep() {
    this.#stepEnds = true;
  }

  /** Tells the others about this window's person. */
  show(visitor) {
    const waits = this.#visitor !== null;
    this.#visitor = visitor;
    if (waits) {
      return;
    }
    this.#edits.push((ctx) => {
      if (this.#lives(this.id, "visitor")) {
        Visitor.patch(ctx, this.#entity(this.id), this.#visitor);
      } else {
        addComponent(ctx, this.#make(ctx, this.id), Visitor, this.#visitor);
      }
      this.#visitor = null;
    });
  }

  get canUndo() {
    return this.#store.canUndo();
  }

  get canRedo() {
    return this.#store.canRedo();
  }

  undo() {
    this.#edits.push(() => {
      this.#closeStep();
      this.#store.undo();
    });
  }

  redo() {
    this.#edits.push(() => this.#store.redo());
  }

  #edit(edit) {
    this.#edits.push((ctx) => {
      this.#checkpoint ??= this.#store.createCheckpoint();
      edit(ctx);
    });
  }

  #make(ctx, id) {
    const entity = createEntity(ctx);
    addComponent(ctx, entity, Synced, { id });
    this.#made.set(id, entity);
    return entity;
  }

  #entity(id) {
    return this.#made.get(id) ?? this.#store.ecsAdapter.stableIdToEntity.get(id);
  }

  #lives(id, component) {
    const record = this.#store.getState()[`${id}/${component}`];
    return this.#made.has(id) || (record !== undefined && record._exists !== false);
  }

  #schedule() {
    this.#unschedule();
    const next = () => {
      this.#world.execute(this.#system).catch((failure) => this.#fail(failure));
      this.#schedule();
    };
    // Hidden windows get no animation frames, and still take in what others do.
    if (document.hidden) {
      const timer = setTimeout(next, HIDDEN_FRAME_MS);
      this.#unschedule = () => clearTimeout(timer);
    } else {
      const frame = requestAnimationFrame(next);
      this.#unschedule = () => cancelAnimationFrame(frame);
    }
  }

  #frame(ctx) {
    this.#store.sync(ctx);
    const edits = this.#edits.splice(0);
    if (edits.length > 0) {
      edits.forEach((edit) => edit(ctx));
      this.#store.sync(ctx);
      this.#made.clear();
      this.link.send();
    }
    if (this.#stepEnds) {
      this.#stepEnds = false;
      this.#closeStep();
    }
    const events = ctx.eventBuffer.getWriteIndex();
    if (events !== this.#eventsSeen) {
      this.#eventsSeen = events;
      this.#tellChanges();
      this.keeping.soon();
    }
    this.#tellHistory();
    this.link.look();
  }

  #closeStep() {
    if (this.#checkpoint) {
      this.#store.squashToCheckpoint(this.#checkpoint);
      this.#checkpoint = null;
    }
  }

  /** The store replaces a record that changes, so what is another object is another value. */
  #tellChanges() {
    const keys = [];
    for (const [key, record] of Object.entries(this.#store.getState())) {
      const alive = record._exists !== false;
      if (alive ? this.#known.get(key) !== record : this.#known.has(key)) {
        keys.push(key);
      }
      if (alive) {
        this.#known.set(key, record);
      } else {
        this.#known.delete(key);
      }
    }
    if (keys.length > 0) {
      this.dispatchEvent(new CustomEvent("change", { detail: keys }));
    }
  }

  #tellHistory() {
    const history = `${this.canUndo} ${this.canRedo}`;
    if (history !== this.#history) {
      this.#history = history;
      this.dispatchEvent(new Event("history"));
    }
  }

  #fail(failure) {
    console.error(failure);
    this.dispatchEvent(new CustomEvent("failure", { detail: failure }));
  }

  /** A page that goes keeps what is not at the server yet; one that comes back from the browser's cache starts anew. */
  #leave({ persisted }) {
    this.#world.execute(this.#system).catch((failure) => this.#fail(failure));
    this.link.leave();
    this.#store.close();
    if (persisted) {
      addEventListener("pageshow", () => location.reload(), { once: true });
    }
  }
}
