// Sections 2, 5 and 12 of the router protocol: every kind of frame the server makes passes WS-Kit's strict schemas.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import {
  AnswerOften,
  Cancels,
  Count,
  EventError,
  FailOften,
  GetUser,
  Join,
  Joined,
  OldGetUser,
  OldUser,
  Ping,
  Pong,
  Post,
  Posted,
  Release,
  RpcError,
  Said,
  Say,
  SayInside,
  Shorten,
  Touch,
  TracedSaid,
  TracedSay,
  Unheard,
  Wait,
} from "./contracts.js";
import { implementations, Peer } from "./support/peer.js";
import { startServer } from "./support/server.js";

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

/** A frame's keys, meta's keys, and whether the timestamp is whole. */
function shape({ meta, ...frame }) {
  return {
    root: ["meta", ...Object.keys(frame)].sort(),
    meta: Object.keys(meta).sort(),
    timestampIsInteger: Number.isInteger(meta.timestamp),
  };
}

for (const { name, WebSocket } of implementations) {
  describe(`with ${name}`, () => {
    let peer;
    beforeEach(async () => (peer = await Peer.open(WebSocket, server.url("/ws"))));
    afterEach(() => peer.finish());

    test("row 7: a sent event has type, meta.timestamp and payload, and nothing else", async () => {
      peer.send(Say, { text: "hi" });

      const frame = await peer.nextFrame();

      assert.deepEqual(shape(frame), {
        root: ["meta", "payload", "type"],
        meta: ["timestamp"],
        timestampIsInteger: true,
      });
      assert.ok(Said.safeParse(frame).success);
    });

    test("row 8: a message without payload has no payload key", async () => {
      peer.send(Ping);

      const frame = await peer.nextFrame();

      assert.deepEqual(shape(frame), { root: ["meta", "type"], meta: ["timestamp"], timestampIsInteger: true });
      assert.ok(Pong.safeParse(frame).success);
    });

    test("row 8: a payload where none is declared is refused", async () => {
      for (const payload of [{}, null]) {
        peer.sendRaw({ type: "PING", meta: {}, payload });
        assert.equal((await peer.next(EventError)).payload.code, "INVALID_ARGUMENT");
      }
    });

    test("row 10: what WS-Kit's schemas refuse, the server refuses, and the connection stays open", async () => {
      const exact = { type: "SAY", meta: { timestamp: 1 }, payload: { text: "x" } };
      const wrong = [
        { ...exact, id: 1 },
        { ...exact, meta: { timestamp: 1, traceId: "t" } },
        { ...exact, meta: { timestamp: "1" } },
        { ...exact, meta: { timestamp: 1, correlationId: null } },
        { ...exact, payload: { text: "x", more: 1 } },
        { ...exact, payload: { text: 1 } },
        { type: "SAY", meta: { timestamp: 1 } },
      ];

      for (const frame of wrong) {
        assert.equal(Say.safeParse(frame).success, false, JSON.stringify(frame));
        peer.sendRaw(frame);
        assert.equal((await peer.next(EventError)).payload.code, "INVALID_ARGUMENT", JSON.stringify(frame));
      }
      await peer.expectNothing(Ping, Pong);
    });

    test("row 9: missing, null and array meta are accepted", async () => {
      for (const meta of [undefined, null, []]) {
        peer.sendRaw({ type: "SAY", meta, payload: { text: "x" } });
        await peer.next(Said);
      }
    });

    test("row 11: spoofed clientId and receivedAt are removed, not refused", async () => {
      peer.sendRaw({ type: "SAY", meta: { clientId: "other", receivedAt: 1 }, payload: { text: "x" } });

      const { payload } = await peer.next(Said);

      assert.equal(payload.text, "x");
    });

    test("extended meta goes both ways, and optional keys that are absent stay absent", async () => {
      peer.send(TracedSay, { text: "x" }, { traceId: "t-1" });

      const { meta } = await peer.next(TracedSaid);

      assert.deepEqual(Object.keys(meta).sort(), ["timestamp", "traceId"]);
      assert.equal(meta.traceId, "t-1");
    });

    test("row 28: a reply has the response's type, the request's id and the payload", async () => {
      const id = peer.call(GetUser, { id: "1" });

      const frame = await peer.nextFrame();

      assert.deepEqual(shape(frame), {
        root: ["meta", "payload", "type"],
        meta: ["correlationId", "timestamp"],
        timestampIsInteger: true,
      });
      assert.ok(GetUser.response.safeParse(frame).success);
      assert.equal(frame.meta.correlationId, id);
      assert.deepEqual(frame.payload, { id: "1", name: "Ada" });
    });

    test("row 28: a call without payloads is answered without one", async () => {
      const id = peer.call(Touch);

      const message = await peer.answer(Touch.response, id);

      assert.equal("payload" in message, false);
    });

    test("row 30: odd correlation ids come back unchanged", async () => {
      for (const odd of ["a b", " x ", "ключ-鍵-😀", '"\\\u0001/', "x".repeat(200)]) {
        peer.call(GetUser, { id: "1" }, odd);
        await peer.answer(GetUser.response, odd);
      }
    });

    test("row 31: progress, progress, reply come in this order, with the value under data", async () => {
      const id = peer.call(Count, { steps: 2 });

      assert.deepEqual(await peer.progress(id), { step: 1 });
      assert.deepEqual(await peer.progress(id), { step: 2 });
      assert.deepEqual((await peer.answer(Count.response, id)).payload, { count: 2 });
    });

    test("row 32: the first answer is the only one, two hundred times over", async () => {
      const orders = [
        [["reply", "error", "progress"], AnswerOften.response],
        [["error", "reply", "reply"], RpcError],
        [["reply", "reply", "error"], AnswerOften.response],
        [["error", "progress", "error"], RpcError],
      ];
      const calls = Array.from({ length: 200 }, (_, number) => {
        const [answers, schema] = orders[number % orders.length];
        return { schema, id: peer.call(AnswerOften, { answers }) };
      });
      const expected = new Map(calls.map(({ id, schema }) => [id, schema.messageType]));

      for (let count = 0; count < calls.length; count++) {
        const frame = await peer.nextFrame();
        assert.equal(frame.type, expected.get(frame.meta.correlationId), JSON.stringify(frame));
        expected.delete(frame.meta.correlationId);
      }
      await peer.expectNothing(Ping, Pong);
    });

    test("row 33: what a call's handler sends aside does not carry the call's id", async () => {
      const id = peer.call(SayInside, { text: "x" });

      const aside = await peer.next(Said);

      assert.equal(aside.meta.correlationId, undefined);
      await peer.answer(SayInside.response, id);
    });

    test("row 34: a reply that breaks its contract is answered INTERNAL", async () => {
      const id = peer.call(Shorten, { text: "too long" });

      assert.equal((await peer.answer(RpcError, id)).payload.code, "INTERNAL");
    });

    test("the older request style: an answering event carries the request's id", async () => {
      peer.send(OldGetUser, { id: "1" }, { correlationId: "old-1" });

      assert.deepEqual((await peer.answer(OldUser, "old-1")).payload, { id: "1", name: "Ada" });
    });

    test("the older request style: an error carries the request's id, and none when there was none", async () => {
      peer.send(OldGetUser, { id: "nobody" }, { correlationId: "old-2" });
      const { payload } = await peer.answer(EventError, "old-2");
      assert.deepEqual(payload, {
        code: "NOT_FOUND",
        message: "No such user",
        details: { id: "nobody" },
        retryable: false,
      });

      peer.send(OldGetUser, { id: "nobody" });
      await peer.answer(EventError, undefined);
    });

    test("row 27: each of several event errors has a frame of its own, in order", async () => {
      peer.send(FailOften, { count: 3 });

      for (let number = 0; number < 3; number++) {
        assert.equal((await peer.next(EventError)).payload.code, `FAILURE_${number}`);
      }
    });

    test("row 18: an unknown type is answered, as a call when it has an id", async () => {
      peer.send(Unheard, { text: "x" });
      assert.equal((await peer.answer(EventError, undefined)).payload.code, "UNIMPLEMENTED");

      peer.send(Unheard, { text: "x" }, { correlationId: "u-1" });
      assert.equal((await peer.answer(RpcError, "u-1")).payload.code, "UNIMPLEMENTED");
    });

    test("row 38: an aborted call is answered CANCELLED once, and a late reply stays unsent", async () => {
      const id = peer.call(Wait);
      assert.equal(await peer.progress(id), "waiting");

      peer.sendRaw({ type: "$ws:abort", meta: { correlationId: id } });

      assert.equal((await peer.answer(RpcError, id)).payload.code, "CANCELLED");
      peer.send(Release);
      await peer.expectNothing(Ping, Pong);
    });

    test("row 39: calls in flight learn that their peer has gone", async () => {
      const reasons = async () => {
        const id = peer.call(Cancels);
        return (await peer.answer(Cancels.response, id)).payload.reasons.filter((reason) => reason === "DISCONNECT")
          .length;
      };
      const before = await reasons();
      const leaver = await Peer.open(WebSocket, server.url("/ws"));
      await leaver.progress(leaver.call(Wait));

      await leaver.close();

      const deadline = Date.now() + 5_000;
      while ((await reasons()) === before) {
        assert.ok(Date.now() < deadline, "the handler was never told");
      }
    });

    test("row 72: a call whose caller gave up is answered all the same, and disturbs nothing that follows", async () => {
      const givenUp = peer.call(GetUser, { id: "1" });
      const next = peer.call(GetUser, { id: "2" });

      const answers = [await peer.next(GetUser.response), await peer.next(GetUser.response)];

      assert.deepEqual(new Set(answers.map(({ meta }) => meta.correlationId)), new Set([givenUp, next]));
      await peer.expectNothing(Ping, Pong);
    });

    test("row 45: nothing but answers is ever sent to an idle peer", async () => {
      const idle = await Peer.open(WebSocket, server.url("/ws"));

      await idle.expectNothing(Ping, Pong);
      await idle.close();
    });

    test("rows 63 and 64: a thousand published messages arrive in order, without topic, sender or id", async () => {
      const reader = await Peer.open(WebSocket, server.url("/ws"));
      const topic = `room:${name}`;
      for (const subscriber of [peer, reader]) {
        subscriber.send(Join, { topic });
        await subscriber.next(Joined);
      }

      peer.send(Post, { topic, count: 1_000 });

      for (const subscriber of [peer, reader]) {
        for (let number = 0; number < 1_000; number++) {
          const { meta, payload } = await subscriber.next(Posted);
          assert.deepEqual(Object.keys(meta), ["timestamp"]);
          assert.equal(payload.number, number);
        }
      }
      await reader.close();
    });
  });
}
