// Section 4 of the router protocol: what a WS-Kit peer is told when something goes wrong. Its client passes on these
// fields as they are and infers nothing, so all of them must be there.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import {
  EventError,
  Fail,
  FailCall,
  GetUser,
  Ping,
  Pong,
  Release,
  RpcError,
  Say,
  Throw,
  ThrowCall,
  Wait,
} from "./contracts.js";
import { implementations, Peer } from "./support/peer.js";
import { startServer } from "./support/server.js";

const TRANSIENT = ["ABORTED", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "UNAVAILABLE"];
const MAY_SAY_WHEN = [...TRANSIENT, "INTERNAL"];
const CODES = [
  "UNAUTHENTICATED",
  "PERMISSION_DENIED",
  "INVALID_ARGUMENT",
  "FAILED_PRECONDITION",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "UNIMPLEMENTED",
  "CANCELLED",
  ...MAY_SAY_WHEN,
];

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

for (const { name, WebSocket } of implementations) {
  describe(`with ${name}`, () => {
    let peer;
    beforeEach(async () => (peer = await Peer.open(WebSocket, server.url("/ws"))));
    afterEach(() => peer.finish());

    for (const code of CODES) {
      test(`row 25: ${code} says whether to retry, and when only if it may`, async () => {
        const retryable = TRANSIENT.includes(code);
        const usual = code === "RESOURCE_EXHAUSTED" ? { retryAfterMs: 100 } : {};

        const plain = (await peer.answer(RpcError, peer.call(FailCall, { code, message: "m" }))).payload;
        const timed = (await peer.answer(RpcError, peer.call(FailCall, { code, message: "m", retryAfterMs: 250 })))
          .payload;
        peer.send(Fail, { code, message: "m" });
        const event = (await peer.answer(EventError, undefined)).payload;

        assert.deepEqual(plain, { code, message: "m", retryable, ...usual });
        assert.deepEqual(event, plain);
        if (MAY_SAY_WHEN.includes(code)) {
          assert.equal(timed.retryAfterMs, 250);
        } else {
          assert.deepEqual(timed, plain);
        }
      });
    }

    test("an error without a message is given one", async () => {
      const { payload } = await peer.answer(RpcError, peer.call(FailCall, { code: "NOT_FOUND" }));

      assert.equal(typeof payload.message, "string");
      assert.notEqual(payload.message, "");
    });

    test("an application's own code carries no guess about retrying", async () => {
      const { payload } = await peer.answer(RpcError, peer.call(FailCall, { code: "SEQUENCE_GAP", message: "m" }));

      assert.deepEqual(payload, { code: "SEQUENCE_GAP", message: "m" });
    });

    test("row 26: secrets are taken out of details, and empty details are left out", async () => {
      const mixed = { field: "x", Password: "p", token: "t" };
      const call = (details) => peer.call(FailCall, { code: "NOT_FOUND", message: "m", details });

      const some = (await peer.answer(RpcError, call(mixed))).payload;
      const none = (await peer.answer(RpcError, call({ Token: "t" }))).payload;

      assert.deepEqual(some.details, { field: "x" });
      assert.equal("details" in none, false);
    });

    test("row 35: a call that breaks its contract is answered INVALID_ARGUMENT", async () => {
      peer.sendRaw({ type: "GET_USER", meta: { correlationId: "v-1" }, payload: { id: 1 } });

      const { payload } = await peer.answer(RpcError, "v-1");

      assert.equal(payload.code, "INVALID_ARGUMENT");
      assert.equal(payload.message, "Request validation failed");
      assert.equal(payload.retryable, false);
    });

    test("row 23: an exception is answered INTERNAL and keeps its text to itself", async () => {
      const expected = { code: "INTERNAL", message: "Internal server error", retryable: false };

      peer.send(Throw, { text: "secret" });
      assert.deepEqual((await peer.answer(EventError, undefined)).payload, expected);
      const id = peer.call(ThrowCall, { text: "secret" });
      assert.deepEqual((await peer.answer(RpcError, id)).payload, expected);
    });

    test("row 17: what is no message is answered, and the connection stays open", async () => {
      for (const frame of ["{", "[1]", '"x"', "{}"]) {
        peer.sendRaw(frame);
        assert.equal((await peer.next(EventError)).payload.code, "INVALID_ARGUMENT", frame);
      }
      await peer.expectNothing(Ping, Pong);
    });

    test("row 16: unknown control messages are ignored", async () => {
      peer.sendRaw({ type: "$ws:nope" });

      await peer.expectNothing(Ping, Pong);
    });

    describe("and narrow limits", () => {
      let small;
      beforeEach(async () => (small = await Peer.open(WebSocket, server.url("/small"))));
      afterEach(() => small.finish());

      /** A frame of exactly that many bytes. */
      const sized = (frame, bytes) => {
        const empty = JSON.stringify({ ...frame, payload: { text: "" } });
        return JSON.stringify({ ...frame, payload: { text: "x".repeat(bytes - empty.length) } });
      };

      test("row 19: a frame at the limit passes, one byte more is answered and survived", async () => {
        small.sendRaw(sized({ type: "SAY" }, 2_000));
        assert.equal((await small.nextFrame()).type, "SAID");

        small.sendRaw(sized({ type: "SAY" }, 2_001));
        assert.deepEqual((await small.answer(EventError, undefined)).payload, {
          code: "RESOURCE_EXHAUSTED",
          message: "Limit exceeded (2001 > 2000)",
          details: { observed: 2_001, limit: 2_000 },
          retryable: true,
          retryAfterMs: 100,
        });
      });

      test("row 20: an oversize call is answered under its id", async () => {
        const frame = { type: "SAY_INSIDE", meta: { timestamp: 1, correlationId: "big-1" } };

        small.sendRaw(sized(frame, 3_037));

        assert.equal((await small.answer(RpcError, "big-1")).payload.message, "Limit exceeded (3037 > 2000)");
      });

      test("row 21: an endpoint that says so closes with 1009 instead", async () => {
        const curt = await Peer.open(WebSocket, server.url("/curt"));

        curt.send(Say, { text: "x".repeat(2_000) });

        assert.deepEqual(await curt.closed(), { code: 1009, reason: "RESOURCE_EXHAUSTED", wasClean: true });
      });

      test("rows 36, 37 and 40: calls beyond three in flight are refused, the three expire, and their places are free", async () => {
        const calls = Array.from({ length: 5 }, () => small.call(Wait));
        const answers = new Map();
        while (answers.size < calls.length) {
          const frame = await small.nextFrame();
          if (frame.type === "RPC_ERROR") {
            answers.set(frame.meta.correlationId, frame.payload);
          }
        }

        const codes = calls.map((id) => answers.get(id).code);
        assert.deepEqual(codes.slice(0, 3), Array(3).fill("DEADLINE_EXCEEDED"));
        assert.deepEqual(codes.slice(3), Array(2).fill("RESOURCE_EXHAUSTED"));
        assert.deepEqual(answers.get(calls[3]), {
          code: "RESOURCE_EXHAUSTED",
          message: "Too many in-flight RPCs",
          retryable: true,
          retryAfterMs: 100,
        });
        small.send(Release);
        await small.answer(GetUser.response, small.call(GetUser, { id: "1" }));
      });
    });
  });
}
