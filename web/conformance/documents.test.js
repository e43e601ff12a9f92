// canvas-store's own client against our server: the rows of the documents protocol's checklist (docs/protocols/
// documents.md) that a client can observe. A test's name begins with the rows that it proves.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { seedRoom } from "@woven-ecs/canvas-store";
import { Drawing, sockets, startDocuments, until } from "./support/drawing.js";

describe("canvas-store", () => {
  let server;
  const open = [];
  let rooms = 0;

  before(async () => {
    server = await startDocuments();
  });

  afterEach(() => {
    open.splice(0).forEach((drawing) => drawing.close());
    sockets.splice(0);
  });

  after(async () => {
    await server.stop();
    await server.forget();
  });

  const newRoom = () => `room ${++rooms}`;

  async function drawing(room, client, more = {}) {
    const made = await Drawing.open({ url: server.url("/documents"), room, client, ...more });
    open.push(made);
    return made;
  }

  const synced = (one) => until("synced", () => one.store.isSynced);

  async function sameEverywhere(...drawings) {
    await until("the same picture everywhere", () => {
      const pictures = drawings.map((one) => JSON.stringify(Object.entries(one.picture()).sort()));
      return pictures.every((picture) => picture === pictures[0]) && drawings.every((one) => one.adapter.inFlight.size === 0);
    });
  }

  test("two clients see what each other draws, changes and erases", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    const bob = await drawing(room, "bob");
    await synced(ada);
    await synced(bob);

    ada.draw("e1", { x: 1, y: 0.1, label: "é\ud83d\ude00\ud800", points: [1, 2.5, 3] });
    ada.paint("black");
    await until("bob sees it", () => bob.shows("e1/shape")?.x === 1 && bob.shows("SINGLETON/settings")?.background === "black");
    assert.equal(bob.shows("e1/shape").y, 0.1);
    bob.change("e1", { x: 7 });
    bob.draw("e2", {});
    await until("ada sees it", () => ada.shows("e1/shape").x === 7 && ada.shows("e2/shape"));
    ada.erase("e2");
    await until("bob sees it gone", () => !bob.shows("e2/shape"));

    await sameEverywhere(ada, bob, await drawing(room, "late"));
  });

  test("15, 17: busy clients agree in the end, whoever is last", async () => {
    const room = newRoom();
    const clients = [await drawing(room, "a"), await drawing(room, "b"), await drawing(room, "c")];
    clients[0].draw("e", { x: 0 });
    await until("all have it", () => clients.every((one) => one.shows("e/shape")));
    for (let round = 0; round < 12; round++) {
      for (const [i, one] of clients.entries()) {
        one.change("e", { x: round * 10 + i, label: `${i}` });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      await until("quiet", () => clients.every((one) => one.adapter.inFlight.size === 0 && one.adapter.documentSendBuffer.length === 0));
    }
    clients[0].erase("e");
    await until("gone everywhere", () => clients.every((one) => !one.shows("e/shape")));

    await sameEverywhere(...clients, await drawing(room, "late"));
  });

  test("20: strokes travel as deltas and arrive whole", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    const bob = await drawing(room, "bob");
    await synced(bob);
    ada.draw("e", { points: Array.from({ length: 40 }, (_, i) => i) });
    await until("bob has it", () => bob.shows("e/shape")?.points.length === 64);
    ada.change("e", { points: Array.from({ length: 50 }, (_, i) => (i === 3 ? 99 : i)) });
    await until("bob has the change", () => bob.shows("e/shape").points[3] === 99);

    assert.ok(sockets[0].sent.some((frame) => frame.documentPatches?.[0]["e/shape"]?.points?.__buf === 1));
    await sameEverywhere(ada, bob, await drawing(room, "late"));
  });

  test("25: offline edits of both sides converge, and what nobody touched is not sent", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    const bob = await drawing(room, "bob");
    ada.draw("untouched", { label: "u" });
    ada.draw("mine", { x: 1 });
    ada.draw("yours", { x: 1 });
    ada.draw("doomed", { x: 1 });
    await sameEverywhere(ada, bob);
    await until("bob has all", () => bob.shows("doomed/shape"));

    ada.store.disconnect();
    await until("bob is alone", () => bob.adapter.connectedUsers === 1);
    ada.change("mine", { x: 2 });
    ada.change("doomed", { x: 2 });
    ada.draw("offline", { x: 3 });
    bob.change("yours", { x: 4 });
    bob.change("mine", { x: 5 });
    bob.erase("doomed");
    await until("bob's are kept", () => bob.adapter.inFlight.size === 0 && bob.adapter.documentSendBuffer.length === 0);
    await ada.store.connect();

    await sameEverywhere(ada, bob);
    assert.equal(ada.shows("mine/shape").x, 2);
    assert.equal(ada.shows("yours/shape").x, 4);
    assert.equal(ada.shows("doomed/shape"), undefined);
    assert.equal(bob.shows("offline/shape").x, 3);
    const answer = sockets.at(-1).received.find((frame) => frame.clientId === "" && frame.documentPatches);
    assert.equal(answer.documentPatches[0]["untouched/shape"], undefined);
    await sameEverywhere(ada, await drawing(room, "late"));
  });

  test("26: an edit that got lost on its way arrives after the reconnect", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    const bob = await drawing(room, "bob");
    await synced(ada);
    const socket = sockets[0];
    socket.swallows = (frame) => frame.type === "patch";
    ada.draw("e", { x: 1 });
    await until("it was sent", () => ada.adapter.inFlight.size === 1);

    socket.terminate();

    await until("bob sees it", () => bob.shows("e/shape")?.x === 1);
    await sameEverywhere(ada, bob);
  });

  test("27: offline edits survive a reload of the page", async () => {
    const room = newRoom();
    const local = `local ${room}`;
    const before = await drawing(room, "ada", { local });
    await synced(before);
    before.store.disconnect();
    before.draw("e", { x: 1 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    before.close();
    open.splice(open.indexOf(before), 1);

    const reloaded = await drawing(room, "ada", { local });

    await until("it shows its edit", () => reloaded.shows("e/shape")?.x === 1);
    const bob = await drawing(room, "bob");
    await until("bob sees it", () => bob.shows("e/shape")?.x === 1);
  });

  test("31, 32: cursors are seen while their owner is there", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    await synced(ada);
    ada.point("ada", { x: 1 });
    const bob = await drawing(room, "bob");
    await until("bob sees the cursor", () => bob.shows("ada/cursor")?.x === 1);
    ada.point("ada", { x: 2 });
    await until("bob sees it move", () => bob.shows("ada/cursor").x === 2);

    ada.store.disconnect();

    await until("it is gone", () => !bob.shows("ada/cursor"));
    await ada.store.connect();
    await until("it is back", () => bob.shows("ada/cursor")?.x === 2);
  });

  test("35: what a reader draws reaches nobody", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    const rob = await drawing(room, "rob", { token: "ro" });
    await synced(rob);
    ada.draw("e", { x: 1 });
    await until("rob sees it", () => rob.shows("e/shape"));

    rob.change("e", { x: 2 });
    await until("it is acknowledged", () => sockets[1].received.some((frame) => frame.type === "ack"));
    ada.draw("f", {});
    await until("rob sees that too", () => rob.shows("f/shape"));

    assert.equal(ada.shows("e/shape").x, 1);
    assert.equal((await lateLook(room)).shows("e/shape").x, 1);
  });

  test("a reader's screen is put right, where that is wanted", async () => {
    const room = newRoom();
    const url = server.url("/kind");
    const ada = await drawing(room, "ada", { url });
    ada.draw("e", { x: 1, label: "a" });
    ada.draw("f", { x: 1 });
    const rob = await drawing(room, "rob", { url, token: "ro" });
    await until("rob sees both", () => rob.shows("e/shape") && rob.shows("f/shape"));

    rob.change("e", { x: 2 });
    rob.erase("f");
    rob.draw("g", {});

    await sameEverywhere(ada, rob);
    assert.deepEqual(rob.shows("e/shape").x, 1);
    assert.equal(rob.shows("g/shape"), undefined);
  });

  test("who comes for the first time does not need to know what was deleted", async () => {
    const room = newRoom();
    const url = server.url("/kind");
    const ada = await drawing(room, "ada", { url });
    ada.draw("e", { x: 1 });
    ada.draw("gone", {});
    const bob = await drawing(room, "bob", { url });
    await until("bob sees both", () => bob.shows("gone/shape"));
    bob.store.disconnect();
    ada.erase("gone");
    await until("it is kept", () => ada.adapter.inFlight.size === 0 && ada.adapter.documentSendBuffer.length === 0);

    const late = await drawing(room, "late", { url });
    await synced(late);
    const answer = sockets.at(-1).received.find((frame) => frame.documentPatches);
    assert.deepEqual(Object.keys(answer.documentPatches[0]), ["e/shape"]);
    await bob.store.connect();

    await sameEverywhere(ada, bob, late);
    assert.equal(bob.shows("gone/shape"), undefined);
  });

  async function lateLook(room) {
    const late = await drawing(room, "late");
    await synced(late);
    return late;
  }

  test("37: a new token changes what a client may do, on the same socket", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    const rob = await drawing(room, "rob", { token: "ro" });
    await synced(rob);

    rob.store.setToken("rw");
    rob.draw("e", { x: 1 });
    await until("ada sees it", () => ada.shows("e/shape")?.x === 1);

    assert.deepEqual(rob.connectivity, [true]);
    assert.equal(sockets.length, 2);
  });

  test("38: a refused token closes, and a good one gets back in", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    await synced(ada);

    ada.store.setToken("bad");
    await until("it is offline", () => ada.connectivity.includes(false));
    ada.draw("e", { x: 1 });
    ada.store.setToken("rw");

    await until("it is back", () => ada.connectivity.at(-1) === true && ada.adapter.inFlight.size === 0);
    await until("its edit is sent", () => sockets.at(-1).received.some((frame) => frame.type === "synced"));
    assert.equal((await lateLook(room)).shows("e/shape").x, 1);
  });

  test("28: a client that is told of another version stays away", async () => {
    const ada = await drawing(newRoom(), "ada");
    await synced(ada);

    ada.adapter.handleMessage(JSON.stringify({ type: "version-mismatch", serverProtocolVersion: 3 }));
    await until("it is offline", () => ada.connectivity.includes(false));
    await new Promise((resolve) => setTimeout(resolve, 800));

    assert.deepEqual(ada.mismatches, [3]);
    assert.equal(sockets.length, 1);
  });

  test("52: who has company sends often", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    await drawing(room, "bob");
    await until("they know of each other", () => ada.adapter.connectedUsers === 2);
    ada.draw("e", { x: 0 });

    const before = sockets[0].sent.length;
    const end = Date.now() + 500;
    for (let x = 1; Date.now() < end; x++) {
      ada.change("e", { x });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }

    assert.ok(sockets[0].sent.length - before > 5);
  });

  test("8: a room is seeded with one frame", async () => {
    const room = newRoom();

    assert.equal(
      await seedRoom({
        url: server.url("/documents"),
        roomId: room,
        token: "rw",
        document: { "e/shape": { _exists: true, _version: null, x: 5, y: 0, label: "", points: [] } },
      }),
      true,
    );

    assert.equal((await lateLook(room)).shows("e/shape").x, 5);
  });

  test("a room that was left is the same when somebody comes again", async () => {
    const room = newRoom();
    const ada = await drawing(room, "ada");
    ada.draw("e", { x: 1 });
    ada.draw("gone", {});
    await until("kept", () => ada.adapter.inFlight.size === 0 && ada.adapter.lastTimestamp > 0);
    ada.erase("gone");
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    ada.close();
    open.splice(open.indexOf(ada), 1);
    await new Promise((resolve) => setTimeout(resolve, 1_500));

    const late = await lateLook(room);

    assert.equal(late.shows("e/shape").x, 1);
    assert.equal(late.shows("gone/shape"), undefined);
  });
});

describe("canvas-store and a server that is killed", () => {
  test("26, 47: clients go on where they were, and what they had not heard of is sent again", async () => {
    const first = await startDocuments();
    let second;
    const clients = [];
    try {
      for (const client of ["ada", "bob"]) {
        clients.push(await Drawing.open({ url: first.url("/documents"), room: "r", client }));
      }
      const [ada, bob] = clients;
      ada.draw("kept", { x: 1 });
      await until("bob sees it", () => bob.shows("kept/shape"));

      await first.kill();
      await until("both are offline", () => clients.every((one) => one.connectivity.at(-1) === false));
      ada.change("kept", { x: 2 });
      bob.draw("new", { x: 3 });
      second = await startDocuments(first.directory, first.port);

      await until("both have both", () => ada.shows("new/shape")?.x === 3 && bob.shows("kept/shape")?.x === 2);
      const late = await Drawing.open({ url: second.url("/documents"), room: "r", client: "late" });
      clients.push(late);
      await until("so has a third", () => late.shows("new/shape")?.x === 3 && late.shows("kept/shape")?.x === 2);
    } finally {
      clients.forEach((one) => one.close());
      await second?.stop();
      await first.forget();
    }
  });

  test("30, 47: clients bring back what a restored backup does not have", async () => {
    const first = await startDocuments();
    let second;
    let ada;
    try {
      ada = await Drawing.open({ url: first.url("/documents"), room: "r", client: "ada" });
      ada.draw("e", { x: 1 });
      ada.draw("gone", {});
      await until("kept", () => ada.adapter.lastTimestamp > 0 && ada.adapter.inFlight.size === 0);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      ada.erase("gone");
      await until("the deletion is kept", () => sockets.at(-1).received.filter((frame) => frame.type === "ack").length >= 2);

      await first.kill();
      await until("offline", () => ada.connectivity.at(-1) === false);
      await first.forget();
      second = await startDocuments(first.directory, first.port);

      await until("asked for it", () => sockets.at(-1).received.some((frame) => frame.type === "resync"));
      const late = await Drawing.open({ url: second.url("/documents"), room: "r", client: "late" });
      await until("it is back", () => late.shows("e/shape")?.x === 1);
      assert.equal(late.shows("gone/shape"), undefined);
      late.close();
    } finally {
      ada?.close();
      await second?.stop();
      await first.forget();
    }
  });
});
