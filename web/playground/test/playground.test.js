// The playground in a real browser, against the real server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, leave, newPage } from "./browser.js";
import { Server } from "./server.js";

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

/** Rooms are kept, so each test has rooms of its own. */
let nextRoom = 0;

/** A window of its own for that user, connected and in the lobby. */
async function visit(user, query = "") {
  const page = await newPage(await browser.newContext());
  await page.goto(`${server.pages}/playground/?user=${user}${query}`);
  await connected(page);
  await page.locator("#members").getByText(user, { exact: true }).waitFor();
  return page;
}

async function connected(page) {
  await page.locator("#connection-text").getByText("Connected", { exact: true }).waitFor();
}

async function say(page, text) {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

test("what one says the other reads, and both see who is here", async () => {
  const ada = await visit("ada");
  const bob = await visit("bob");
  await ada.locator("#members").getByText("bob").waitFor();

  await say(ada, "hello <b>bob</b>");

  await bob.locator("#log").getByText("hello <b>bob</b>").waitFor();
  assert.equal(await ada.locator("#log .own").getByText("hello <b>bob</b>").count(), 1);
  await leave(bob);
  await ada.locator("#log").getByText("bob left").or(ada.locator("#log").getByText("bob lost the connection")).waitFor();
  await leave(ada);
});

test("a room that is not in view counts what is unread", async () => {
  const ada = await visit("ada");
  const bob = await visit("bob");
  await bob.getByRole("button", { name: "garden" }).click();

  await say(bob, "roses");

  await ada.getByRole("button", { name: "garden" }).getByLabel("1 unread").waitFor();
  await ada.getByRole("button", { name: "garden" }).click();
  await ada.locator("#log").getByText("roses").waitFor();
  assert.equal(await ada.getByLabel("1 unread").count(), 0);
  await leave(ada, bob);
});

test("typing shows while somebody types and ends when they have said it", async () => {
  const ada = await visit("ada");
  const bob = await visit("bob");

  await bob.getByLabel("Message", { exact: true }).pressSequentially("wait");

  await ada.locator("#typing").getByText("bob is typing…").waitFor();
  await bob.keyboard.press("Enter");
  await ada.locator("#log").getByText("wait", { exact: true }).waitFor();
  assert.equal(await ada.locator("#typing").textContent(), "");
  await leave(ada, bob);
});

test("a call tells its progress and its end", async () => {
  const ada = await visit("ada");
  await ada.getByLabel("Count to").fill("5");
  await ada.getByLabel("Pause, ms").fill("20");

  await ada.getByRole("button", { name: "Start" }).click();

  await ada.getByText("Done: counted to 5").waitFor();
  assert.equal(await ada.locator("#count-progress").evaluate((bar) => bar.value), 5);
  assert.equal(await ada.locator("#wire .type", { hasText: "$ws:rpc-progress" }).count(), 5);
  await leave(ada);
});

test("a cancelled call stops", async () => {
  const ada = await visit("ada");
  await ada.getByLabel("Count to").fill("1000");
  await ada.getByLabel("Pause, ms").fill("25");
  await ada.getByRole("button", { name: "Start" }).click();
  await ada.getByText(/^[1-9]\d* of 1000$/).waitFor();

  await ada.getByRole("button", { name: "Cancel" }).click();

  await ada.getByText(/Cancelled at \d+/).waitFor();
  await ada.locator("#wire .error .type", { hasText: "RPC_ERROR" }).waitFor();
  await leave(ada);
});

test("what a reader says is refused in words and kept in the box", async () => {
  const reader = await visit("rita", "&read-only");

  await say(reader, "may I?");

  await reader.getByRole("alert").getByText("You are signed in to read only").waitFor();
  assert.equal(await reader.getByLabel("Message", { exact: true }).inputValue(), "may I?");
  await leave(reader);
});

test("signing in as somebody else connects anew", async () => {
  const ada = await visit("ada");
  await ada.locator("#who").click();
  await ada.getByLabel("Name").fill("countess");

  await ada.keyboard.press("Enter");

  await ada.locator("#members").getByText("countess").waitFor();
  await leave(ada);
});

test("what was said is there after the server has restarted, and the page comes back by itself", async () => {
  const ada = await visit("ada");
  const bob = await visit("bob");
  await say(ada, "before the restart");
  await bob.locator("#log").getByText("before the restart").waitFor();

  assert.equal(await server.stop(), 143);
  await ada.getByRole("button", { name: "Try now" }).waitFor();
  await bob.getByRole("button", { name: "Try now" }).waitFor();
  await say(bob, "after the restart");
  await bob.getByRole("alert").getByText("Not connected").waitFor();
  await server.restart();
  await connected(ada);
  await connected(bob);
  await ada.locator("#members").getByText("bob").waitFor();
  await bob.getByLabel("Message", { exact: true }).press("Enter");

  await ada.locator("#log").getByText("after the restart").waitFor();
  assert.equal(await ada.locator("#log").getByText("before the restart").count(), 1);
  const late = await visit("eve");
  await late.locator("#log").getByText("before the restart").waitFor();
  await late.locator("#log").getByText("after the restart").waitFor();
  await leave(ada, bob, late);
});

test("a page whose network was cut catches up, in order and once", async () => {
  const ada = await visit("ada");
  const bob = await visit("bob");
  await say(ada, "you hear this");
  await bob.locator("#log").getByText("you hear this").waitFor();
  await bob.context().setOffline(true);
  await bob.locator("#connection-text").getByText("No network").waitFor();
  for (const text of ["missed one", "missed two", "missed three"]) {
    await say(ada, text);
    await ada.locator("#log .own").getByText(text).waitFor();
  }
  assert.equal(await bob.locator("#log").getByText("missed").count(), 0);
  await bob.context().setOffline(false);

  await bob.locator("#caught-up").getByText("Reconnected, 3 messages caught up").waitFor();
  const missed = await bob.locator("#log .text", { hasText: "missed" }).allTextContents();
  assert.deepEqual(missed, ["missed one", "missed two", "missed three"]);
  await say(ada, "and live again");
  await bob.locator("#log").getByText("and live again").waitFor();
  await leave(ada, bob);
});

test("a page that is still connecting says so, and not that every room was left", async () => {
  const page = await newPage(await browser.newContext());
  let letIn;
  const held = new Promise((resolve) => (letIn = resolve));
  await page.routeWebSocket(/\/ws/, async (socket) => {
    await held;
    socket.connectToServer();
  });
  await page.goto(`${server.pages}/playground/?user=ada`);

  await page.locator("#log").getByText("Coming in").waitFor();

  assert.equal(await page.locator("#connection-text").textContent(), "Connecting");
  assert.equal(await page.getByText("You have left every room").count(), 0);
  assert.equal(await page.getByText("No room", { exact: true }).count(), 0);
  letIn();
  await page.locator("#members").getByText("ada", { exact: true }).waitFor();
  assert.equal(await page.getByText("Coming in").count(), 0);
  await leave(page);
});

test("who has left every room reads so, also after a reconnect, and may come back", async () => {
  const ada = await visit("ada");
  const rooms = await ada.locator("#rooms li").count();
  for (let left = 1; left <= rooms; left++) {
    await ada.getByRole("button", { name: "Leave" }).click();
    await ada.locator("#rooms li").nth(rooms - left).waitFor({ state: "detached" });
  }
  await ada.locator("#log").getByText("You have left every room").waitFor();

  await ada.context().setOffline(true);
  await ada.locator("#connection-text").getByText("No network").waitFor();
  await ada.context().setOffline(false);
  await connected(ada);

  await ada.getByLabel("Open a room", { exact: true }).fill("lobby");
  await ada.keyboard.press("Enter");
  await ada.locator("#members").getByText("ada", { exact: true }).waitFor();
  assert.equal(await ada.locator("#rooms li").count(), 1);
  await leave(ada);
});

test("earlier messages are fetched when asked for", async () => {
  const room = `long-${++nextRoom}`;
  for (let i = 1; i <= 60; i++) {
    const answer = await fetch(`${server.pages}/v1/instances/main/rooms/${room}/publish`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-user-id": "clio" },
      body: JSON.stringify({ type: "said", data: { text: `line ${i}.` } }),
    });
    assert.equal(answer.status, 200);
  }
  const ada = await visit("ada", `&room=${room}`);
  await ada.locator("#log").getByText("line 60.").waitFor();
  assert.equal(await ada.locator("#log .text").count(), 50);

  await ada.getByRole("button", { name: "Earlier messages" }).click();

  await ada.locator("#log").getByText("line 1.", { exact: true }).waitFor();
  assert.equal(await ada.locator("#log .text").count(), 60);
  assert.equal(await ada.getByRole("button", { name: "Earlier messages" }).count(), 0);
  await leave(ada);
});

test("the page of the HTTP API lists every operation and tries one", async () => {
  const page = await newPage(await browser.newContext());
  const described = await (await fetch(`${server.pages}/openapi.json`)).json();
  const operations = Object.values(described.paths).flatMap((path) => Object.keys(path)).length;
  await page.goto(`${server.pages}/docs/#publish`);
  await page.locator("#publish .primary").waitFor();

  await page.locator("#user").fill("zoe");
  await page.locator("#publish").getByLabel("name").fill("docs/page");
  await page.locator("#publish .primary").click();

  await page.locator("#publish .status").getByText("200").waitFor();
  const answer = JSON.parse(await page.locator("#publish pre").nth(1).textContent());
  assert.equal(answer.room, "docs/page");
  assert.equal(answer.actor.userId, "zoe");
  assert.equal(await page.locator(".operation").count(), operations);
  await page.getByLabel("Find an operation").fill("snapshot");
  assert.ok(await page.locator(".operation:visible").count() < operations);
  await leave(page);
});

test("documents are edited and followed on the page of the HTTP API", async () => {
  const page = await (await browser.newContext()).newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  await page.goto(`${server.pages}/docs/#followDocument`);
  const following = page.locator("#followDocument");
  await following.locator(".primary").click();
  await following.locator("pre", { hasText: "event: synced" }).waitFor();

  await page.goto(`${server.pages}/docs/#editDocument`);
  const editing = page.locator("#editDocument");
  await editing.locator(".primary").click();
  await editing.locator(".status").getByText("200").waitFor();

  await following.locator("pre", { hasText: "event: changed" }).waitFor();
  await following.getByRole("button", { name: "Stop" }).click();
  await following.locator(".status").getByText("Stopped").waitFor();
  await leave(page);
});
