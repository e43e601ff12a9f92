// canvas-store's own client on a small canvas, in Node: a world with shapes, cursors and settings that is synchronised
// a hundred times a second, as a page does for every frame.
import "fake-indexeddb/auto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CanvasStore, defineCanvasComponent, defineCanvasSingleton, Synced } from "@woven-ecs/canvas-store";
import { addComponent, createEntity, field, removeEntity, World } from "@woven-ecs/core";
import { WebSocket } from "ws";
import { startServer } from "./server.js";

const PATIENCE_MS = 10_000;
const FRAME_MS = 10;

/** Every socket that a client has opened; tests may cut them or listen in. */
export const sockets = [];

globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.sent = [];
    this.received = [];
    this.on("message", (data) => this.received.push(JSON.parse(data)));
    sockets.push(this);
  }

  send(data) {
    this.sent.push(JSON.parse(data));
    if (!this.swallows?.(JSON.parse(data))) {
      super.send(data);
    }
  }
};

export const Shape = defineCanvasComponent(
  { name: "shape", sync: "document" },
  {
    x: field.float64().default(0),
    y: field.float64().default(0),
    label: field.string().max(200).default(""),
    points: field.buffer(field.float32()).size(64),
  },
);
export const Cursor = defineCanvasComponent(
  { name: "cursor", sync: "ephemeral" },
  { x: field.float64().default(0), y: field.float64().default(0) },
);
export const Settings = defineCanvasSingleton(
  { name: "settings", sync: "document" },
  { background: field.string().max(20).default("white") },
);

/** A server of documents with a directory of its own, which outlives it. */
export async function startDocuments(data, port = 0) {
  const directory = data ?? (await mkdtemp(join(tmpdir(), "stoa-documents-")));
  const server = await startServer("dev.stoa.server.document.DocumentsProcess", directory, String(port));
  return { ...server, directory, forget: () => rm(directory, { recursive: true, force: true }) };
}

/** One client and its canvas. */
export class Drawing {
  #world;
  #store;
  #edits = [];
  #frames;

  /** How often it was told that it is online, and that it is not. */
  connectivity = [];
  mismatches = [];

  static async open(options) {
    const drawing = new Drawing();
    await drawing.#open(options);
    return drawing;
  }

  async #open({ url, room, client, token = "rw", local, startOffline }) {
    const components = [Shape, Cursor];
    const singletons = [Settings];
    this.#world = new World([...components, ...singletons, Synced]);
    this.#store = new CanvasStore({
      persistence: local ? { documentId: local } : undefined,
      websocket: {
        documentId: room,
        url,
        clientId: client,
        token,
        startOffline,
        onConnectivityChange: (online) => this.connectivity.push(online),
        onVersionMismatch: (version) => this.mismatches.push(version),
      },
    });
    await this.#store.initialize({ components, singletons });
    this.#frames = setInterval(() => this.#frame(), FRAME_MS);
  }

  #frame() {
    this.#world.execute((ctx) => {
      for (const edit of this.#edits.splice(0)) {
        edit(ctx);
      }
      this.#store.sync(ctx);
    });
  }

  get store() {
    return this.#store;
  }

  /** The adapter behind the store, for what it does not tell. */
  get adapter() {
    return this.#store.websocketAdapter;
  }

  #entity(id) {
    return this.#store.ecsAdapter.stableIdToEntity.get(id);
  }

  #edit(edit) {
    this.#edits.push(edit);
    this.#frame();
  }

  draw(id, shape) {
    this.#edit((ctx) => {
      const entity = createEntity(ctx);
      addComponent(ctx, entity, Synced, { id });
      addComponent(ctx, entity, Shape, shape);
    });
  }

  change(id, fields) {
    this.#edit((ctx) => Shape.patch(ctx, this.#entity(id), fields));
  }

  erase(id) {
    this.#edit((ctx) => removeEntity(ctx, this.#entity(id)));
  }

  point(id, cursor) {
    this.#edit((ctx) => {
      const known = this.#entity(id);
      if (known !== undefined) {
        Cursor.patch(ctx, known, cursor);
        return;
      }
      const entity = createEntity(ctx);
      addComponent(ctx, entity, Synced, { id });
      addComponent(ctx, entity, Cursor, cursor);
    });
  }

  paint(background) {
    this.#edit((ctx) => Settings.patch(ctx, { background }));
  }

  /** What it shows of a key; undefined when that is not there or deleted. */
  shows(key) {
    const record = this.#store.getState()[key];
    return record && record._exists !== false ? record : undefined;
  }

  /** All that it shows, as far as everybody should see the same. */
  picture() {
    const picture = {};
    for (const [key, record] of Object.entries(this.#store.getState())) {
      if (key.endsWith("/shape") && record._exists !== false) {
        const { x, y, label, points } = record;
        picture[key] = { x, y, label, points: [...(points ?? [])] };
      }
    }
    return picture;
  }

  close() {
    clearInterval(this.#frames);
    this.#store.close();
  }
}

/** Waits until a condition holds. */
export async function until(what, condition) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`never: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
