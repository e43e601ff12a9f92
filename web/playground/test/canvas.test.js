// The canvas in real browsers, on canvas-store's own client, against the real server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, leave, newPage } from "./browser.js";
import { Server } from "./server.js";

const PATIENCE_MS = 20_000;

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.end();
});

/** Documents are kept, so each test has one of its own. */
let rooms = 0;
const newRoom = () => `canvas ${++rooms}`;

/** A window of its own for that user, with that canvas loaded. */
async function visit(user, room, { query = "", ...options } = {}) {
  const page = await newPage(await browser.newContext({ viewport: { width: 1100, height: 760 }, ...options }));
  await page.goto(`${server.pages}/canvas/?${new URLSearchParams({ user, room })}${query}`);
  await connected(page);
  return page;
}

/** Connected, and nothing waits to be sent. */
function connected(page) {
  return page.locator('.connection[data-state="open"][data-waiting="0"]').waitFor();
}

function shapes(page) {
  return page.locator("#shapes [data-id]");
}

/** All that is drawn, as it is on the screen: what, where, how and in which order. */
function picture(page) {
  return page.evaluate(() =>
    new Promise((resolve) => requestAnimationFrame(resolve)).then(() =>
      [...document.querySelectorAll("#shapes [data-id]")].map((node) => ({
        id: node.dataset.id,
        says: node.getAttribute("aria-label"),
        looks: node.getAttribute("class"),
        is: node.innerHTML,
      })),
    ),
  );
}

/** Waits until a condition holds, which is looked at frame by frame. */
async function until(what, condition) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `never: ${what}`);
  }
}

/** Waits until so many shapes are the same on all screens, and on that of somebody who comes only now. */
async function converges(room, count, ...pages) {
  const late = await visit("late", room);
  await Promise.all([...pages, late].map(connected));
  let pictures;
  await until(`${count} shapes, the same everywhere`, async () => {
    pictures = await Promise.all([...pages, late].map(picture));
    const texts = pictures.map((one) => JSON.stringify(one));
    return pictures[0].length === count && texts.every((text) => text === texts[0]);
  }).catch((never) => {
    console.error(JSON.stringify(pictures, null, 1));
    throw never;
  });
  await leave(late);
  return pictures[0];
}

async function drag(page, from, to, steps = 6) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps });
  await page.mouse.up();
}

/** Takes a tool with its key, drags, and puts the tool away. */
async function draw(page, key, from, to, steps) {
  await page.locator("#stage").focus();
  await page.keyboard.press(key);
  await drag(page, from, to, steps);
  await page.keyboard.press("v");
}

/** The middle of a shape on the screen. */
async function middle(page, shape = shapes(page).first()) {
  const { x, y, width, height } = await shape.boundingBox();
  return [x + width / 2, y + height / 2];
}

test("two draw at the same time, and everybody sees the same", async () => {
  const room = newRoom();
  const [ada, bob] = await Promise.all([visit("ada", room), visit("bob", room)]);

  await Promise.all([
    (async () => {
      await draw(ada, "r", [200, 150], [360, 260]);
      await draw(ada, "p", [200, 400], [500, 480], 40);
      await draw(ada, "o", [400, 150], [520, 240]);
    })(),
    (async () => {
      await draw(bob, "o", [600, 200], [720, 300]);
      await draw(bob, "p", [600, 600], [300, 300], 40);
      await bob.keyboard.press("n");
      await bob.mouse.click(800, 400);
      await bob.keyboard.type("hello <b>ada</b>");
      await bob.keyboard.press("Escape");
    })(),
  ]);

  const drawn = await converges(room, 6, ada, bob);
  assert.deepEqual(drawn.map(({ looks }) => looks.split(" ")[1]).sort(), ["ellipse", "ellipse", "note", "rectangle", "stroke", "stroke"]);
  assert.ok(drawn.some(({ says }) => says === "Yellow note: hello <b>ada</b>, by bob"));
  await leave(ada, bob);
});

test("two who pull at the same shape agree in the end, whoever is last", async () => {
  const room = newRoom();
  const [ada, bob] = await Promise.all([visit("ada", room), visit("bob", room)]);
  await draw(ada, "r", [400, 300], [520, 400]);
  await shapes(bob).waitFor();

  for (let round = 0; round < 4; round++) {
    const from = await middle(ada);
    await Promise.all([
      drag(ada, from, [300 + 40 * round, 250], 12),
      drag(bob, from, [700 - 40 * round, 500], 12 + round),
    ]);
    await Promise.all([ada.keyboard.press(String(round + 1)), bob.keyboard.press(String(round + 5))]);
    await converges(room, 1, ada, bob);
  }
  await leave(ada, bob);
});

test("cursors and what people hold are seen while they are here", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  const bob = await visit("bob", room);
  await ada.locator("#here-text").getByText("2 here").waitFor();
  await draw(ada, "r", [400, 300], [520, 400]);

  await bob.mouse.move(640, 450);
  await ada.locator(".pointer", { hasText: "bob" }).waitFor();
  await until("it is where bob points", async () => {
    const { x, y } = await ada.locator(".pointer path").boundingBox();
    return Math.abs(x - 640) < 3 && Math.abs(y - 450) < 3;
  });
  await bob.locator(".held").waitFor();

  await bob.locator("#theme").hover();
  await ada.locator(".pointer").waitFor({ state: "hidden" });
  await ada.locator("#here").click();
  await ada.locator("#people").getByText("bob", { exact: true }).waitFor();
  await leave(bob);
  await ada.locator("#people").getByText("bob", { exact: true }).waitFor({ state: "detached" });
  await ada.locator("#here-text").getByText("Only you").waitFor();
  assert.equal(await ada.locator(".cursor").count(), 0);
  await leave(ada);
});

test("one whose network is cut draws on, and both converge when it is back", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  const bob = await visit("bob", room);
  await draw(ada, "r", [300, 200], [420, 300]);
  await draw(bob, "o", [600, 400], [720, 500]);
  await converges(room, 2, ada, bob);

  await bob.context().setOffline(true);
  await bob.locator("#connection-text").getByText("No network").waitFor();
  await ada.locator("#here-text").getByText("Only you").waitFor();
  await draw(bob, "p", [200, 600], [500, 650], 20);
  await drag(bob, await middle(bob, bob.locator(".rectangle")), [250, 450]);
  await bob.locator("#connection-text").getByText("No network, 2 edits waiting").waitFor();
  await draw(ada, "o", [800, 150], [900, 250]);
  await drag(ada, await middle(ada, ada.locator(".ellipse").first()), [850, 600]);
  await drag(ada, await middle(ada, ada.locator(".rectangle")), [900, 400]);
  await connected(ada);
  assert.equal(await shapes(ada).count(), 3);
  assert.equal(await shapes(bob).count(), 3);
  await bob.context().setOffline(false);

  await converges(room, 4, ada, bob);
  const [x, y] = await middle(ada, ada.locator(".rectangle"));
  assert.ok(Math.abs(x - 250) < 2 && Math.abs(y - 450) < 2, "who comes back moved it last");
  await leave(ada, bob);
});

test("what somebody deletes stays deleted, whatever another did to it offline", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  const bob = await visit("bob", room);
  await draw(ada, "r", [300, 200], [420, 300]);
  await draw(ada, "p", [500, 400], [700, 500], 20);
  await converges(room, 2, ada, bob);

  await ada.getByRole("button", { name: "Work offline" }).click();
  await ada.locator("#connection-text").getByText("Offline").waitFor();
  await drag(ada, await middle(ada, ada.locator(".rectangle")), [600, 300]);
  await bob.mouse.click(...(await middle(bob, bob.locator(".rectangle"))));
  await bob.keyboard.press("Delete");
  await bob.locator(".rectangle").waitFor({ state: "detached" });
  await connected(bob);
  await ada.getByRole("button", { name: "Go online" }).click();

  await ada.locator(".rectangle").waitFor({ state: "detached" });
  await converges(room, 1, ada, bob);
  await leave(ada, bob);
});

test("edits made offline are there after the page was loaded again, and reach the others", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  const bob = await visit("bob", room);
  await draw(ada, "r", [300, 200], [420, 300]);
  await converges(room, 1, ada, bob);
  await ada.getByRole("button", { name: "Work offline" }).click();
  await draw(ada, "o", [500, 400], [620, 480]);
  await drag(ada, await middle(ada, ada.locator(".rectangle")), [700, 250]);
  await ada.locator("#connection-text").getByText("Offline, 2 edits waiting").waitFor();
  await ada.locator('.connection[data-kept="true"]').waitFor();
  const before = await picture(ada);

  await ada.reload();

  await ada.locator("#connection-text").getByText("Offline, 2 edits waiting").waitFor();
  await until("the same shapes", async () => JSON.stringify(await picture(ada)) === JSON.stringify(before));
  assert.equal(await shapes(bob).count(), 1);
  await ada.getByRole("button", { name: "Go online" }).click();
  await converges(room, 2, ada, bob);
  await leave(ada, bob);
});

test("a server that is killed loses nothing that it has acknowledged", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  await draw(ada, "r", [300, 200], [420, 300]);
  await draw(ada, "p", [300, 500], [600, 550], 30);
  await draw(ada, "o", [600, 200], [720, 300]);
  await ada.keyboard.press("Delete");
  await ada.locator(".ellipse").waitFor({ state: "detached" });
  await connected(ada);
  const acknowledged = await picture(ada);

  assert.equal(await server.kill(), "SIGKILL");
  await leave(ada); // so that no window brings back what the server might have lost
  await server.restart();

  assert.deepEqual(await converges(room, 2), acknowledged);
});

test("what is drawn while the server is down arrives when it is back, by itself", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  await draw(ada, "r", [300, 200], [420, 300]);
  await connected(ada);

  assert.equal(await server.kill(), "SIGKILL");
  await ada.locator("#connection-text").getByText("Connection lost").waitFor();
  await draw(ada, "o", [700, 500], [800, 600]);
  await ada.locator("#connection-text").getByText("Connection lost, 1 edit waiting").waitFor();
  await server.restart();

  await converges(room, 2, ada);
  await leave(ada);
});

test("a finger draws on a phone, two zoom", async () => {
  const room = newRoom();
  const phone = { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
  const ada = await visit("ada", room, phone);
  const bob = await visit("bob", room);
  const devtools = await ada.context().newCDPSession(ada);
  const touch = (type, ...points) =>
    devtools.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });

  await ada.getByRole("button", { name: "Pen" }).tap();
  await touch("touchStart", [80, 300]);
  for (let i = 1; i <= 20; i++) {
    await touch("touchMove", [80 + 10 * i, 300 + 50 * Math.sin(i / 3)]);
  }
  await touch("touchEnd");
  await bob.locator(".stroke").waitFor();
  const note = ada.getByRole("button", { name: "Note" });
  await until("the tool is taken", async () => {
    await note.tap(); // which the browser ignores while it makes sure that the stroke was no fling
    return (await note.getAttribute("aria-pressed")) === "true";
  });
  await ada.touchscreen.tap(200, 480);
  await ada.locator("#editor").fill("from a phone");
  await ada.getByRole("button", { name: "Select" }).tap();
  await bob.locator(".note").waitFor();
  const zoomed = () => ada.locator("#shapes").getAttribute("transform");
  const before = await zoomed();
  await touch("touchStart", [150, 400], [250, 400]);
  await touch("touchMove", [100, 400], [300, 400]);
  await touch("touchEnd");
  assert.match(before, /scale\(1\)/);
  assert.match(await zoomed(), /scale\(2\)/);

  const drawn = await converges(room, 2, ada, bob);
  assert.equal(drawn[1].says, "Yellow note: from a phone, by ada");
  assert.equal(await ada.evaluate(() => document.documentElement.scrollWidth), 390);
  await leave(ada, bob);
});

test("everything but the pen is done with keys", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  const bob = await visit("bob", room);
  await ada.locator("#stage").focus();
  const keys = async (...all) => {
    for (const key of all) {
      await ada.keyboard.press(key);
    }
  };

  await keys("r", "Enter");
  await shapes(ada).waitFor();
  await keys("ArrowRight", "ArrowRight", "Shift+ArrowDown", "2", "Enter");
  await ada.locator("#editor:focus").waitFor();
  await ada.keyboard.type("typed");
  await keys("Escape", "o", "Enter");
  await shapes(ada).nth(1).waitFor();
  await keys("Escape");
  await bob.getByRole("img", { name: "Coral rectangle: typed, by ada" }).waitFor();
  const moved = await shapes(ada).first().locator("rect").evaluate(({ x, height }) => [x.baseVal.value, height.baseVal.value]);
  assert.deepEqual(moved, [-60, 120]);

  await keys("Tab", "Tab", "Delete");
  await bob.locator(".ellipse").waitFor({ state: "detached" });
  await keys("Control+z");
  await bob.locator(".ellipse").waitFor();
  await keys("Control+Shift+z");
  await bob.locator(".ellipse").waitFor({ state: "detached" });
  await keys("?");
  await ada.getByRole("dialog", { name: "Keys" }).waitFor();
  await keys("Escape");

  await converges(room, 1, ada, bob);
  await leave(ada, bob);
});

test("undo takes back one's own last deed, and nothing of the others", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  const bob = await visit("bob", room);
  await draw(ada, "r", [300, 200], [420, 300]);
  await drag(ada, await middle(ada), [600, 300], 10);
  await converges(room, 1, ada, bob);
  await draw(bob, "o", [700, 500], [800, 600]);
  await ada.locator(".ellipse").waitFor();

  await ada.getByRole("button", { name: "Undo" }).click();

  await until("it is back in its place", async () => Math.abs((await middle(bob, bob.locator(".rectangle")))[0] - 360) < 2);
  assert.equal(await shapes(bob).count(), 2);
  await ada.getByRole("button", { name: "Undo" }).click();
  await bob.locator(".rectangle").waitFor({ state: "detached" });
  assert.ok(await ada.getByRole("button", { name: "Undo" }).isDisabled());
  await converges(room, 1, ada, bob);
  await leave(ada, bob);
});

test("who writes on a note that is deleted is told so", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  const bob = await visit("bob", room);
  await ada.locator("#stage").focus();
  await ada.keyboard.press("n");
  await drag(ada, [300, 200], [460, 340]);
  await ada.locator("#editor").fill("draft");
  await bob.getByRole("img", { name: "Yellow note: draft, by ada" }).waitFor();

  await bob.mouse.click(...(await middle(bob)));
  await bob.keyboard.press("Delete");

  await ada.getByRole("alert").getByText("Somebody has deleted what you were writing on").waitFor();
  assert.ok(await ada.locator("#editor").isHidden());
  await converges(room, 0, ada, bob);
  await leave(ada, bob);
});

test("a reader sees what is drawn, draws nothing, and is counted", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  const rita = await visit("rita", room, { query: "&read-only" });
  await rita.locator("#quiet").getByText("Nothing is drawn here yet").waitFor();
  await draw(ada, "r", [300, 200], [420, 300]);
  await shapes(rita).waitFor();

  await drag(rita, await middle(rita), [600, 500]);
  await rita.keyboard.press("r");
  await rita.keyboard.press("Enter");
  await rita.keyboard.press("Delete");
  assert.ok(await rita.getByRole("group", { name: "Tools" }).isHidden());

  await ada.locator("#here").click();
  await ada.locator("#people").getByText("and one who reads").waitFor();
  await converges(room, 1, ada);
  await leave(ada, rita);
});

test("what a backend does over HTTP is seen, and it reads what people drew", async () => {
  const room = newRoom();
  const ada = await visit("ada", room);
  const document = `${server.pages}/v1/instances/boards/documents/${encodeURIComponent(room)}`;
  const note = { kind: "note", x: -85, y: -75, w: 170, h: 150, z: 1, colour: "yellow", text: "from a terminal", by: "curl" };

  const answer = await fetch(document, {
    method: "PATCH",
    headers: { "content-type": "application/json", "x-user-id": "curl" },
    body: JSON.stringify({ "hello/shape": { _exists: true, _version: null, ...note } }),
  });

  assert.equal(answer.status, 200);
  await ada.getByRole("img", { name: "Yellow note: from a terminal, by curl" }).waitFor();
  await drag(ada, await middle(ada), [800, 500]);
  await connected(ada);
  const { records } = await (await fetch(document)).json();
  assert.deepEqual(Object.keys(records), ["hello/shape"]);
  assert.ok(records["hello/shape"].x > note.x + 100);
  await leave(ada);
});

test("a canvas that is empty says what to do, and one that is loading says that", async () => {
  const page = await newPage(await browser.newContext());
  let letIn;
  const held = new Promise((resolve) => (letIn = resolve));
  await page.routeWebSocket(/\/documents/, async (socket) => {
    await held;
    socket.connectToServer();
  });
  await page.goto(`${server.pages}/canvas/?${new URLSearchParams({ user: "a name: with all", room: newRoom() })}`);
  await page.locator("#quiet").getByText("Loading the canvas").waitFor();

  letIn();

  await page.locator("#quiet").getByText("Draw something").waitFor();
  assert.equal(await page.locator("#who .name").textContent(), "a-name-with-all");
  await leave(page);
});

test("a page that the server turns away says so, and how to go on", async () => {
  const page = await newPage(await browser.newContext());
  await page.addInitScript(() => {
    const Socket = WebSocket;
    window.WebSocket = class extends Socket {
      constructor(url) {
        super(url.replace(/token=[^&]*/, "token=forged"));
      }
    };
  });

  await page.goto(`${server.pages}/canvas/?${new URLSearchParams({ user: "mallory", room: newRoom() })}`);

  await page.locator("#connection-text").getByText("Not let in, trying again").waitFor();
  await page.locator("#quiet").getByText("Sign in with another one").waitFor();
  await leave(page);
});

test("a page that was built without the client says so", async () => {
  const page = await newPage(await browser.newContext());
  await page.route("**/canvas-store.js", (route) => route.abort());

  await page.goto(`${server.pages}/canvas/`);

  await page.locator("#quiet").getByText("a part of it is missing or was not reached").waitFor();
  await leave(page);
});

test("two windows of one browser agree, and one of them keeps the canvas", async () => {
  const room = newRoom();
  const first = await visit("ada", room);
  const second = await newPage(first.context());
  await second.goto(`${server.pages}/canvas/?${new URLSearchParams({ user: "bob", room })}`);
  await connected(second);

  await draw(second, "o", [500, 200], [600, 300]);
  await draw(first, "r", [300, 200], [420, 300]);
  await first.locator('.connection[data-kept="true"]').waitFor();
  assert.equal(await second.locator(".connection").getAttribute("data-kept"), "false");
  await Promise.all([first.reload(), second.reload()]);

  await converges(room, 2, first, second);
  assert.deepEqual([...first.problems, ...second.problems], []);
  await leave(first);
});
