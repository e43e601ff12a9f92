// Section 2.3 of the router protocol, seen from the other side: what WS-Kit's schemas make of frames. Nothing of ours
// runs here. If a newer WS-Kit is more or less strict, this says so before the other tests become puzzling.
import assert from "node:assert/strict";
import { test } from "node:test";
import { message, rpc, z } from "@ws-kit/zod";

const Pong = message("PONG", { reply: z.string() });
const Bye = message("BYE");
const meta = { timestamp: 1 };
const payload = { reply: "x" };

const verdicts = [
  ["an exact frame", Pong, { type: "PONG", meta, payload }, true],
  ["a frame without meta", Pong, { type: "PONG", payload }, true],
  ["null meta", Pong, { type: "PONG", meta: null, payload }, false],
  ["an extra root key", Pong, { type: "PONG", meta, payload, id: 1 }, false],
  ["clientId in meta", Pong, { type: "PONG", meta: { ...meta, clientId: "c" }, payload }, false],
  ["receivedAt in meta", Pong, { type: "PONG", meta: { ...meta, receivedAt: 1 }, payload }, false],
  ["undeclared meta", Pong, { type: "PONG", meta: { ...meta, traceId: "t" }, payload }, false],
  ["an extra payload key", Pong, { type: "PONG", meta, payload: { ...payload, more: 1 } }, false],
  ["a timestamp that is a string", Pong, { type: "PONG", meta: { timestamp: "1" }, payload }, false],
  ["a null correlation id", Pong, { type: "PONG", meta: { ...meta, correlationId: null }, payload }, false],
  ["a frame that lacks its payload", Pong, { type: "PONG", meta }, false],
  ["a frame without payload where none is declared", Bye, { type: "BYE", meta }, true],
  ["an empty payload where none is declared", Bye, { type: "BYE", meta, payload: {} }, false],
  ["a null payload where none is declared", Bye, { type: "BYE", meta, payload: null }, false],
];

for (const [what, schema, frame, accepted] of verdicts) {
  test(`a WS-Kit schema ${accepted ? "accepts" : "drops"} ${what}`, () => {
    assert.equal(schema.safeParse(frame).success, accepted);
  });
}

test("row 15: WS-Kit reserves the same names as we do", () => {
  assert.throws(() => message("$ws:x"), /reserved/);
  assert.throws(() => message("A", {}, { clientId: z.string() }), /Reserved/);
  assert.throws(() => message("A", {}, { receivedAt: z.number() }), /Reserved/);
});

test("a WS-Kit call names the type of its response", () => {
  const call = rpc("GET", { id: z.string() }, "GOT", { name: z.string() });

  assert.equal(call.responseType, "GOT");
  assert.equal(call.response.messageType, "GOT");
});
