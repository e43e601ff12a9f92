// The browser that the tests look at pages with.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.STOA_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** A page in a context; it collects its problems: errors, and requests to anywhere else. */
export async function newPage(context) {
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).hostname !== "localhost") {
      page.problems.push(`asked for ${request.url()}`);
    }
  });
  return page;
}

/** Closes windows, which must have had no problems. */
export async function leave(...pages) {
  for (const page of pages) {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
}
