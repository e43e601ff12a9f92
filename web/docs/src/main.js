// The page: reads the description and lists its operations.

import { operation } from "./operation.js";
import { element } from "./element.js";

const byId = (id) => document.getElementById(id);
const KEY = "stoa.api-key";

const found = await fetch("/openapi.json");
if (!found.ok) {
  byId("about").textContent = "This server runs no instances of rooms or documents, so there is nothing to ask for.";
  throw new Error("there is no /openapi.json");
}
const description = await found.json();
const keyed = Boolean(description.components.securitySchemes);

/** What every call is made with. */
const session = {
  instance: () => byId("instance").value || "default",
  documents: () => byId("documents").value || "default",
  headers: () => ({
    ...(byId("key").value && { Authorization: `Bearer ${byId("key").value}` }),
    ...(byId("user").value && { "x-user-id": encodeUtf8(byId("user").value) }),
  }),
};

byId("about").textContent = description.info.description;
byId("key-field").hidden = !keyed;
byId("key").value = sessionStorage.getItem(KEY) ?? "";
byId("key").addEventListener("change", () => {
  sessionStorage.setItem(KEY, byId("key").value);
  listInstances();
});
byId("filter").addEventListener("input", () => filter(byId("filter").value.trim().toLowerCase()));
addEventListener("hashchange", openNamed);

listOperations();
await listInstances();
openNamed();

function listOperations() {
  const all = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, known]) => ({ path, method, ...known })),
  );
  for (const { name, description: about } of description.tags) {
    const title = element("h2", "group", name, element("small", "", about));
    byId("operations").append(title);
    byId("contents").append(element("h2", "", name));
    for (const known of all.filter(({ tags }) => tags.includes(name))) {
      byId("operations").append(operation(known, description, session));
      const link = element("a", "", known.operationId);
      link.href = `#${known.operationId}`;
      byId("contents").append(link);
    }
  }
}

async function listInstances() {
  const answer = await fetch("/v1/instances", { headers: session.headers() });
  if (answer.ok) {
    const { instances, documents } = await answer.json();
    byId("instance").replaceChildren(...instances.map(({ instance }) => element("option", "", instance)));
    byId("documents").replaceChildren(...documents.map((name) => element("option", "", name)));
    for (const list of [byId("instance"), byId("documents")]) {
      list.parentElement.hidden = list.options.length === 0;
    }
  }
}

function filter(words) {
  for (const each of document.querySelectorAll(".operation")) {
    each.hidden = !each.dataset.words.includes(words);
  }
  for (const link of byId("contents").querySelectorAll("a")) {
    link.hidden = document.getElementById(link.hash.slice(1)).hidden;
  }
}

function openNamed() {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named) {
    named.open = true;
    named.scrollIntoView();
  }
}

/** Headers are bytes: what is beyond ASCII goes out as UTF-8. */
function encodeUtf8(text) {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
