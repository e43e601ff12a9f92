// WS-Kit's own client against our server: section 16 of the router protocol, and every row that it can observe.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { rpc, z } from "@ws-kit/zod";
import {
  Close,
  Count,
  EventError,
  Fail,
  FailCall,
  GetUser,
  Join,
  Joined,
  Me,
  OldGetUser,
  OldUser,
  Ping,
  Pong,
  Post,
  Posted,
  Refusals,
  Release,
  RpcError as RpcErrorMessage,
  Said,
  Say,
  SayInside,
  Shorten,
  ThrowCall,
  Touch,
  TracedSaid,
  TracedSay,
  Unheard,
  Wait,
  Who,
} from "./contracts.js";
import { ifThereIsAClient, silenceConsole, States, wskit } from "./support/client.js";
import { collector } from "./support/collector.js";
import { implementations } from "./support/peer.js";
import { startServer } from "./support/server.js";

const FINAL = [
  "UNAUTHENTICATED",
  "PERMISSION_DENIED",
  "INVALID_ARGUMENT",
  "FAILED_PRECONDITION",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "UNIMPLEMENTED",
  "CANCELLED",
];
const TRANSIENT = ["ABORTED", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "UNAVAILABLE"];

/** WS-Kit's call with a contract that lets wrong payloads out. */
const GetUserCarelessly = rpc("GET_USER", { id: z.unknown() }, "USER", { id: z.string(), name: z.string() });

describe("WS-Kit's client", ifThereIsAClient, () => {
  let server;
  const realConsole = { ...console };
  before(async () => {
    silenceConsole();
    server = await startServer();
  });
  after(async () => {
    Object.assign(console, realConsole);
    await server.stop();
  });

  for (const { name, WebSocket } of implementations) {
    describe(`on ${name}`, () => {
      const clients = [];
      afterEach(async () => {
        const made = clients.splice(0);
        await Promise.all(made.map(({ client }) => client.close()));
        assert.deepEqual(
          made.flatMap(({ failures }) => failures.kept),
          [],
          "what the client reported to onError",
        );
      });

      /** A client that is not connected yet, with what it found unhandled and what it complained of. */
      function make(path, options = {}) {
        const client = wskit.wsClient({
          url: server.url(path),
          wsFactory: (url, protocols) => new WebSocket(url, protocols),
          reconnect: { initialDelayMs: 1, jitter: "none" },
          ...options,
        });
        const unhandled = collector();
        const failures = collector();
        client.onUnhandled(unhandled);
        client.onError((error, context) => failures({ error, context }));
        const made = { client, unhandled, failures, states: new States(client) };
        clients.push(made);
        return made;
      }

      async function open(path = "/ws", options) {
        const made = make(path, options);
        await made.client.connect();
        await made.states.until("open");
        return made;
      }

      function received(client, schema) {
        const messages = collector();
        client.on(schema, messages);
        return messages;
      }

      async function who(client) {
        const me = received(client, Me);
        client.send(Who);
        return (await me.first(1))[0].payload;
      }

      const auth = (token, more) => ({ auth: { getToken: () => token, ...more } });

      for (const token of ["t/+ k=é", "a%2Fb", "日本 😀", "a&b=c#d"]) {
        test(`row 2: the handler gets the query token ${JSON.stringify(token)}`, async () => {
          const { client } = await open("/ws?room=1&access_token=old", auth(token));

          assert.equal((await who(client)).token, token);
        });
      }

      for (const [protocols, protocolPosition, chosen] of [
        ["chat-v2", "append", "chat-v2"],
        ["chat-v2", "prepend", "chat-v2"],
        [undefined, "append", "bearer.t"],
        [undefined, "prepend", "bearer.t"],
      ]) {
        test(`rows 3 and 4: a token that is ${protocolPosition}ed to ${protocols ?? "nothing"} opens`, async () => {
          const { client } = await open("/ws", { protocols, ...auth("t", { attach: "protocol", protocolPosition }) });

          assert.equal(client.protocol, chosen);
          assert.equal((await who(client)).token, "t");
        });
      }

      test("row 3: without subprotocols the client's protocol is empty", async () => {
        const { client } = await open();

        assert.equal(client.protocol, "");
      });

      test("row 5: refused handshakes come ever more slowly, and end at maxAttempts", async () => {
        const { client: observer } = await open();
        const refused = async () => (await observer.request(Refusals)).payload.count;
        const before = await refused();
        const attempts = [];
        const { client, states } = make("/guarded", {
          reconnect: { initialDelayMs: 20, maxDelayMs: 80, jitter: "none", maxAttempts: 4 },
          auth: {
            getToken: () => {
              attempts.push(performance.now());
              return "bad";
            },
          },
        });

        await assert.rejects(client.connect(), /WebSocket connection failed/);
        for (let retry = 0; retry < 4; retry++) {
          await states.until("reconnecting");
          await states.until("connecting");
        }
        await states.until("closed");

        assert.equal(await refused(), before + 5);
        assert.equal(attempts.length, 5);
        const atLeast = [20, 40, 80, 80];
        atLeast.forEach((delay, retry) => {
          // Timers may fire up to a millisecond early, never more.
          assert.ok(attempts[retry + 1] - attempts[retry] >= delay - 1, `retry ${retry + 1} came too soon`);
        });
      });

      test("row 5: a refused client gets in once it has a good token", async () => {
        const tokens = ["bad", "bad", "good"];
        const { client, states } = make("/guarded", {
          auth: { getToken: () => tokens.shift() },
          reconnect: { initialDelayMs: 1, jitter: "none" },
        });

        await assert.rejects(client.connect());
        await states.until("open");

        assert.equal((await who(client)).token, "good");
      });

      for (const code of [1000, 1001, 1008, 1009, 1011, 4000, 4401]) {
        test(`row 50: the client comes back after close ${code}, as another connection`, async () => {
          const { client, states } = await open();
          const { clientId } = await who(client);

          client.send(Close, { code, reason: "bye" });

          assert.deepEqual(await states.until("open"), ["reconnecting", "connecting", "open"]);
          assert.equal((await client.request(GetUser, { id: "1" })).payload.id, "1");
          const again = received(client, Me);
          client.send(Who);
          assert.notEqual((await again.first(1))[0].payload.clientId, clientId);
        });
      }

      test("a client that closes reaches closed and stays there", async () => {
        const { client, states } = await open();

        await client.close();

        assert.deepEqual(await states.until("closed"), ["closing", "closed"]);
      });

      test("section 2.3: a handler runs for every kind of frame that the server makes", async () => {
        const { client, unhandled } = await open();
        const heard = Object.fromEntries(
          [
            Said,
            Pong,
            TracedSaid,
            Joined,
            Posted,
            EventError,
            OldUser,
            RpcErrorMessage,
            GetUser.response,
            Touch.response,
          ].map((schema) => [schema.messageType, received(client, schema)]),
        );

        client.send(Say, { text: "x" });
        client.send(Ping);
        client.send(TracedSay, { text: "x" }, { meta: { traceId: "t", clientId: "spoofed", receivedAt: 1 } });
        client.send(Join, { topic: `kinds:${name}` });
        client.send(Post, { topic: `kinds:${name}`, count: 1 });
        client.send(Fail, { code: "NOT_FOUND", details: { id: "1" } });
        await client.request(OldGetUser, { id: "1" }, OldUser, {});
        await client.request(GetUser, { id: "1" });
        await client.request(Touch);
        await assert.rejects(client.request(ThrowCall, { text: "x" }));

        for (const [type, messages] of Object.entries(heard)) {
          const [message] = await messages.first(1);
          assert.equal(message.type, type);
          assert.ok(Number.isInteger(message.meta.timestamp));
        }
        assert.equal(heard.TRACED_SAID.kept[0].meta.traceId, "t");
        assert.deepEqual(unhandled.kept, []);
      });

      test("row 28: a request resolves with the whole message", async () => {
        const { client } = await open();

        const message = await client.request(GetUser, { id: "1" }, { correlationId: "c-1" });

        assert.equal(message.type, "USER");
        assert.equal(message.meta.correlationId, "c-1");
        assert.deepEqual(message.payload, { id: "1", name: "Ada" });
      });

      test("row 28: a hundred requests at once each get their own answer", async () => {
        const { client } = await open();

        const answers = await Promise.all(
          Array.from({ length: 100 }, (_, number) => client.request(GetUser, { id: String(number) })),
        );

        answers.forEach(({ payload }, number) => assert.equal(payload.id, String(number)));
      });

      test("row 31: progress reaches onProgress in order, before the answer", async () => {
        const { client, unhandled } = await open();
        const seen = [];

        const { payload } = await client.request(Count, { steps: 2 }, { onProgress: (data) => seen.push(data) });

        assert.deepEqual(seen, [{ step: 1 }, { step: 2 }]);
        assert.deepEqual(payload, { count: 2 });
        assert.deepEqual(
          unhandled.kept.filter(({ type }) => type === "$ws:rpc-progress").map(({ data }) => data),
          seen,
        );
      });

      test("row 33: what a handler sends aside reaches its listeners, and the request still resolves", async () => {
        const { client } = await open();
        const said = received(client, Said);

        const { type } = await client.request(SayInside, { text: "x" });

        assert.equal(type, "SAID_INSIDE");
        assert.equal(said.kept.length, 1);
      });

      test("row 34: a reply that breaks its contract rejects instead of timing out", async () => {
        const { client } = await open();

        await assert.rejects(client.request(Shorten, { text: "too long" }), { name: "RpcError", code: "INTERNAL" });
      });

      test("row 35: a call that breaks its contract rejects with RpcError", async () => {
        const { client } = await open();

        await assert.rejects(client.request(GetUserCarelessly, { id: 1 }, { correlationId: "c-1" }), {
          name: "RpcError",
          code: "INVALID_ARGUMENT",
          message: "Request validation failed",
          retryable: false,
          correlationId: "c-1",
        });
      });

      test("row 18: a call that nobody handles rejects instead of timing out", async () => {
        const { client } = await open();

        await assert.rejects(client.request(Unheard, { text: "x" }, Said, {}), {
          name: "RpcError",
          code: "UNIMPLEMENTED",
        });
      });

      test("row 20: an oversize call rejects", async () => {
        const { client } = await open("/small");

        await assert.rejects(client.request(SayInside, { text: "x".repeat(3_000) }), {
          name: "RpcError",
          code: "RESOURCE_EXHAUSTED",
          retryable: true,
          retryAfterMs: 100,
        });
      });

      test("row 36: a call beyond the limit rejects at once, with a hint when to retry", async () => {
        const { client } = await open("/small");
        const slow = Array.from({ length: 3 }, () =>
          assert.rejects(client.request(Wait), { code: "DEADLINE_EXCEEDED" }),
        );

        await assert.rejects(client.request(Wait), { code: "RESOURCE_EXHAUSTED", retryable: true, retryAfterMs: 100 });
        await Promise.all(slow);
      });

      for (const code of [...FINAL, ...TRANSIENT, "INTERNAL"]) {
        test(`row 25: RpcError of ${code} says whether and when to retry`, async () => {
          const { client } = await open();
          const details = { field: "x" };
          const rejection = (more) =>
            client.request(FailCall, { code, message: "m", details, ...more }).then(assert.fail, (error) => error);

          const plain = await rejection({});
          const timed = await rejection({ retryAfterMs: 250 });

          assert.ok(plain instanceof wskit.RpcError);
          assert.equal(plain.code, code);
          assert.equal(plain.message, "m");
          assert.deepEqual(plain.details, details);
          assert.equal(plain.retryable, TRANSIENT.includes(code));
          assert.equal(plain.retryAfterMs, code === "RESOURCE_EXHAUSTED" ? 100 : undefined);
          assert.equal(timed.retryAfterMs, FINAL.includes(code) ? undefined : 250);
        });
      }

      // Without its fourth argument the client takes a Zod 4 schema, which has a method `meta`, for options.
      test("the older request style resolves, and rejects with ServerError", async () => {
        const { client } = await open();

        assert.equal((await client.request(OldGetUser, { id: "1" }, OldUser, {})).payload.name, "Ada");
        await assert.rejects(client.request(OldGetUser, { id: "nobody" }, OldUser, {}), {
          name: "ServerError",
          code: "NOT_FOUND",
          message: "No such user",
          details: { id: "nobody" },
        });
      });

      test("an aborted request rejects locally, and its late answer disturbs nothing", async () => {
        const { client, unhandled } = await open();
        const abort = new AbortController();
        const request = client.request(Wait, undefined, { signal: abort.signal });
        await unhandled.first(1); // progress: the handler waits

        abort.abort();
        await assert.rejects(request, { name: "StateError", message: "Request aborted" });
        client.send(Release);

        assert.equal((await unhandled.first(2))[1].type, "WAITED");
        assert.equal((await client.request(GetUser, { id: "1" })).payload.id, "1");
      });

      test("a request that times out rejects, and its late answer disturbs nothing", async () => {
        const { client, unhandled } = await open();

        await assert.rejects(client.request(Wait, undefined, { timeoutMs: 50 }), {
          name: "TimeoutError",
          timeoutMs: 50,
        });
        client.send(Release);

        assert.equal((await unhandled.first(2))[1].type, "WAITED");
        assert.equal((await client.request(GetUser, { id: "1" })).payload.id, "1");
      });

      test("a request in flight rejects when the server closes", async () => {
        const { client, unhandled, states } = await open();
        const request = assert.rejects(client.request(Wait), { name: "ConnectionClosedError" });
        await unhandled.first(1);

        client.send(Close, { code: 1001, reason: "" });

        await request;
        await states.until("open");
      });

      test("row 72: a queued request that its caller gave up is answered after all, and ignored", async () => {
        const { client, unhandled } = make("/ws");

        await assert.rejects(client.request(GetUser, { id: "1" }, { timeoutMs: 1 }), { name: "TimeoutError" });
        await client.connect();

        assert.equal((await unhandled.first(1))[0].type, "USER");
        assert.equal((await client.request(GetUser, { id: "2" })).payload.id, "2");
      });

      test("what was sent offline is handled in order once the client is connected", async () => {
        const { client } = make("/ws");
        const said = received(client, Said);
        const texts = Array.from({ length: 50 }, (_, number) => String(number));

        texts.forEach((text) => client.send(Say, { text }));
        await client.connect();

        assert.deepEqual(
          (await said.first(50)).map(({ payload }) => payload.text),
          texts,
        );
      });

      test("a client that connects by itself does so for its first request", async () => {
        const { client } = make("/ws", { autoConnect: true });

        assert.equal((await client.request(GetUser, { id: "1" })).payload.id, "1");
      });

      test("row 45: heartbeats never surface in onUnhandled, and the client stays", async () => {
        const { client, unhandled, states } = await open("/beating");
        const touched = received(client, Touch.response); // an answer without a listener counts as unhandled, too
        const witness = new implementations[0].WebSocket(server.url("/beating"));
        const pings = collector();
        witness.on("ping", pings);

        await pings.first(5);

        await client.request(Touch);
        assert.equal(touched.kept.length, 1);
        assert.deepEqual(unhandled.kept, []);
        assert.equal(client.state, "open");
        witness.terminate();
        await client.close();
        assert.deepEqual(await states.until("closed"), ["closing", "closed"]);
      });

      test("row 64: a thousand published messages arrive in order", async () => {
        const { client, unhandled } = await open();
        const joined = received(client, Joined);
        const posted = received(client, Posted);
        client.send(Join, { topic: `client:${name}` });
        await joined.first(1);

        client.send(Post, { topic: `client:${name}`, count: 1_000 });

        const numbers = (await posted.first(1_000)).map(({ payload }) => payload.number);
        assert.deepEqual(
          numbers,
          Array.from({ length: 1_000 }, (_, number) => number),
        );
        assert.deepEqual(unhandled.kept, []);
      });
    });
  }
});
