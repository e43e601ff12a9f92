// A WebSocket connection that reads like a conversation. What it sends is checked by WS-Kit's schemas before, and what
// it is sent must pass them, because a WS-Kit peer drops what does not. It is not WS-Kit's client: it keeps no requests,
// queues nothing and never reconnects.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { WebSocket as UndiciWebSocket } from "undici";
import { WebSocket as WsWebSocket } from "ws";

const PATIENCE_MS = 5_000;

/** The WebSocket implementations that every test runs on: `ws`, and undici's, which is Node's own since Node 22. */
export const implementations = [
  { name: "ws", WebSocket: WsWebSocket },
  { name: "undici", WebSocket: UndiciWebSocket },
];

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Checks a frame as WS-Kit does before it runs a handler; returns the message. */
export function accept(schema, frame) {
  const result = schema.safeParse(frame);
  assert.ok(result.success, `WS-Kit drops ${JSON.stringify(frame)}: ${result.error?.message}`);
  return result.data;
}

export class Peer {
  #socket;
  #frames = [];
  #waiting = [];
  #opened;
  #closed;

  constructor(WebSocket, url, protocols = []) {
    this.#socket = new WebSocket(url, protocols);
    this.#opened = new Promise((resolve, reject) => {
      this.#socket.addEventListener("open", resolve);
      this.#socket.addEventListener("error", () => reject(new Error("WebSocket connection failed")));
    });
    this.#opened.catch(() => {});
    this.#closed = new Promise((resolve) => {
      this.#socket.addEventListener("close", ({ code, reason, wasClean }) => resolve({ code, reason, wasClean }));
    });
    this.#socket.addEventListener("message", ({ data }) => this.#arrived(data));
  }

  static async open(WebSocket, url, protocols) {
    const peer = new Peer(WebSocket, url, protocols);
    await peer.opened();
    return peer;
  }

  /** Settles with the handshake: rejects when it is refused. */
  opened() {
    return within(this.#opened, "answer to the handshake");
  }

  /** How the connection ended. */
  closed() {
    return within(this.#closed, "close");
  }

  get protocol() {
    return this.#socket.protocol;
  }

  /** Sends a message that its schema accepts, with the meta that WS-Kit's client sends. */
  send(schema, payload, meta = {}) {
    const frame = { type: schema.messageType, meta: { timestamp: Date.now(), ...meta } };
    if (payload !== undefined) {
      frame.payload = payload;
    }
    accept(schema, frame);
    this.sendRaw(frame);
  }

  /** Sends a request and returns its id. */
  call(schema, payload, correlationId = randomUUID()) {
    this.send(schema, payload, { correlationId });
    return correlationId;
  }

  sendRaw(frame) {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The next frame, whatever it is. */
  nextFrame() {
    const frame = this.#frames.shift();
    return frame !== undefined
      ? Promise.resolve(frame)
      : within(new Promise((resolve) => this.#waiting.push(resolve)), "frame");
  }

  /** The next frame, which must be a message of that schema. */
  async next(schema) {
    const frame = await this.nextFrame();
    assert.equal(frame.type, schema.messageType, `expected ${schema.messageType}, got ${JSON.stringify(frame)}`);
    return accept(schema, frame);
  }

  /** The next frame, which must answer that call. */
  async answer(schema, correlationId) {
    const message = await this.next(schema);
    assert.equal(message.meta.correlationId, correlationId);
    return message;
  }

  /** The next frame, which must be progress of that call; returns the value. */
  async progress(correlationId) {
    const frame = await this.nextFrame();
    assert.equal(frame.type, "$ws:rpc-progress", `expected progress, got ${JSON.stringify(frame)}`);
    assert.deepEqual(Object.keys(frame).sort(), ["data", "meta", "type"]);
    assert.deepEqual(Object.keys(frame.meta).sort(), ["correlationId", "timestamp"]);
    assert.equal(frame.meta.correlationId, correlationId);
    return frame.data;
  }

  /** Asserts that nothing came before the answer to a ping sent now. */
  async expectNothing(ping, pong) {
    this.send(ping);
    await this.next(pong);
  }

  /** Closes, and asserts that every frame was looked at. */
  async finish() {
    await this.close();
    assert.deepEqual(this.#frames, [], "frames that no test expected");
  }

  async close() {
    this.#socket.close(1000);
    return this.closed();
  }

  #arrived(data) {
    const frame = typeof data === "string" ? JSON.parse(data) : { binary: true };
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting(frame);
    } else {
      this.#frames.push(frame);
    }
  }
}
