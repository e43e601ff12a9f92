// Sections 1 and 7.2 of the router protocol: opening and closing, on each WebSocket implementation.
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { Close, GetUser, Me, Ping, Pong, Refusals, Who } from "./contracts.js";
import { collector } from "./support/collector.js";
import { implementations, Peer } from "./support/peer.js";
import { startServer } from "./support/server.js";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

/** Upgrades by plain HTTP, for what WebSocket implementations do not show; resolves with the answer. */
function upgrade(path, headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(server.httpUrl(path), {
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ...headers,
      },
    });
    sent.on("upgrade", (answer, socket) => {
      socket.destroy();
      resolve(answer);
    });
    sent.on("response", (answer) => {
      answer.resume();
      resolve(answer);
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("row 1: the 101 answer tells the connection's id, a UUID of version 7", async () => {
  const answer = await upgrade("/ws");

  assert.equal(answer.statusCode, 101);
  assert.match(answer.headers["x-client-id"], UUID_V7);
});

test("row 3: the answer names exactly one offered subprotocol, and none when none was offered", async () => {
  const answered = async (offer) =>
    (await upgrade("/ws", offer && { "Sec-WebSocket-Protocol": offer })).headers["sec-websocket-protocol"];

  assert.equal(await answered(undefined), undefined);
  assert.equal(await answered("chat-v2, bearer.t"), "chat-v2");
  assert.equal(await answered("bearer.t, chat-v2"), "chat-v2");
  assert.equal(await answered("bearer.t"), "bearer.t");
  assert.equal(await answered("bearer."), "bearer.");
  assert.equal(await answered("other, chat-v2"), "chat-v2");
  assert.equal(await answered("bearer.t, other"), "other");
});

test("row 5: a refused handshake is answered 401, a failing authenticator 500", async () => {
  assert.equal((await upgrade("/guarded")).statusCode, 401);
  assert.equal((await upgrade("/guarded?access_token=good")).statusCode, 101);
  assert.equal((await upgrade("/broken")).statusCode, 500);
});

for (const { name, WebSocket } of implementations) {
  describe(`with ${name}`, () => {
    const open = (path, protocols) => Peer.open(WebSocket, server.url(path), protocols);
    const who = async (peer) => {
      peer.send(Who);
      const { payload } = await peer.next(Me);
      await peer.close();
      return payload;
    };

    test("row 1: handlers see an id of version 7, another for each connection", async () => {
      const first = await who(await open("/ws"));
      const second = await who(await open("/ws"));

      assert.match(first.clientId, UUID_V7);
      assert.notEqual(first.clientId, second.clientId);
    });

    for (const token of ["t/+ k=é", "a%2Fb", "100%", "日本 😀", "a&b=c#d?e", "plus+plus"]) {
      test(`row 2: the form-encoded query token ${JSON.stringify(token)} arrives as it was`, async () => {
        const query = new URLSearchParams({ access_token: token });

        const { token: arrived } = await who(await open(`/ws?${query}`));

        assert.equal(arrived, token);
      });
    }

    for (const [offer, chosen] of [
      [[], ""],
      [["chat-v2"], "chat-v2"],
      [["chat-v2", "bearer.t"], "chat-v2"],
      [["bearer.t", "chat-v2"], "chat-v2"],
      [["bearer.t"], "bearer.t"],
      [["bearer."], "bearer."],
    ]) {
      test(`rows 3 and 4: offering ${JSON.stringify(offer)} opens with ${JSON.stringify(chosen)}`, async () => {
        const peer = await open("/ws", offer);

        assert.equal(peer.protocol, chosen);
        const me = await who(peer);
        assert.equal(me.subprotocol ?? "", chosen);
        assert.equal(me.token, offer.includes("bearer.t") ? "t" : offer.includes("bearer.") ? "" : undefined);
      });
    }

    test("row 5: a refused peer never opens, each attempt reaches the server once, and a good token gets in", async () => {
      const observer = await open("/ws");
      const refused = async () => {
        const id = observer.call(Refusals);
        return (await observer.answer(Refusals.response, id)).payload.count;
      };
      const before = await refused();

      for (let attempt = 0; attempt < 3; attempt++) {
        const peer = new Peer(WebSocket, server.url("/guarded?access_token=bad"));
        await assert.rejects(peer.opened(), /WebSocket connection failed/);
        assert.equal((await peer.closed()).code, 1006);
      }

      assert.equal(await refused(), before + 3);
      const admitted = await open("/guarded?access_token=good");
      assert.equal((await who(admitted)).token, "good");
      await observer.close();
    });

    for (const code of [1000, 1001, 1008, 1009, 1011, 4000, 4401]) {
      test(`row 50: close ${code} arrives with its reason, cleanly, and the peer may come back`, async () => {
        const peer = await open("/ws");

        peer.send(Close, { code, reason: `because of ${code}` });

        assert.deepEqual(await peer.closed(), { code, reason: `because of ${code}`, wasClean: true });
        const again = await open("/ws");
        const id = again.call(GetUser, { id: "1" });
        await again.answer(GetUser.response, id);
        await again.close();
      });
    }

    test("row 48: a connection that an open handler turns away opens and is closed with its code", async () => {
      const peer = await open("/kicked");

      assert.deepEqual(await peer.closed(), { code: 4401, reason: "Sign in first", wasClean: true });
    });

    test("rows 43, 44 and 45: pings come each interval, an answering peer stays, and sees no message", async () => {
      const peer = await open("/beating");
      const witness = new implementations[0].WebSocket(server.url("/beating"));
      const pings = collector();
      witness.on("ping", pings);

      // The server pings every 20 ms and waits longer than this for an answer.
      await pings.first(5);

      await peer.expectNothing(Ping, Pong);
      witness.terminate();
      await peer.close();
    });

    test("the server completes the close handshake that a peer begins", async () => {
      const peer = await open("/ws");

      const { code, wasClean } = await peer.close();

      assert.deepEqual({ code, wasClean }, { code: 1000, wasClean: true });
    });
  });
}
