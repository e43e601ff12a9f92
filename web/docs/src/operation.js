// One operation: what it takes, what it answers, and a way to try it.

import { element } from "./element.js";
import { example, shape } from "./shapes.js";

/** What paths name to start from. */
const EXAMPLES = { name: "lobby", document: "b1", key: "e1/shape" };
const MAX_SHOWN = 100_000;

/** The operation as a part of the page that opens. */
export function operation(known, description, session) {
  const summary = element(
    "summary",
    "",
    element("span", `method ${known.method}`, known.method.toUpperCase()),
    pathOf(known.path),
    element("span", "says", known.summary),
  );
  const made = element("details", "operation", summary);
  made.id = known.operationId;
  made.dataset.words = `${known.operationId} ${known.path} ${known.summary}`.toLowerCase();
  made.addEventListener("toggle", () => made.append(inside(known, description, session)), { once: true });
  return made;
}

function pathOf(path) {
  const parts = path.split(/(\{[^}]+\})/).map((part) => (part.startsWith("{") ? element("b", "", part) : part));
  return element("span", "path", ...parts);
}

function inside(known, description, session) {
  const fields = known.parameters.filter(({ name }) => !(name in session)).map(field);
  const schema = known.requestBody?.content["application/json"].schema;
  const [[type, { schema: response }]] = Object.entries(known.responses["200"].content);
  const body = schema ? element("textarea", "", JSON.stringify(example(schema, description), null, 2)) : null;
  const run = element("button", "primary", "Try it");
  const curl = element("pre", "", "");
  const answer = element("div", "");
  const request = () => requestOf(known, fields, body, session);
  const show = () => {
    const { method, url, headers, content } = request();
    curl.textContent = curlOf(method, new URL(url, location.href).href, headers, content);
  };
  run.type = "button";
  const attemptIt = type === "text/event-stream" ? follow : attempt;
  run.addEventListener("click", () => attemptIt(request(), run, answer));
  const form = element("div", "inside", element("p", "scope", plain(known.description)));
  if (fields.length > 0) {
    form.append(element("div", "fields", ...fields.map(({ label }) => label)));
  }
  if (body) {
    body.setAttribute("aria-label", "Body");
    body.spellcheck = false;
    form.append(element("h3", "", "Body"), body);
  }
  form.append(element("div", "row", run, element("span", "hint", "or in a terminal:")), curl, answer);
  form.append(shapes(schema, response, description));
  form.addEventListener("input", show);
  show();
  return form;
}

function plain(text) {
  return text.replaceAll("`", "");
}

function field(parameter) {
  const input = element("input", "");
  input.name = parameter.name;
  input.placeholder = parameter.schema.format === "date-time" ? "2026-11-21T12:00:00Z" : parameter.schema.type;
  input.value = (parameter.in === "path" && EXAMPLES[parameter.name]) || "";
  input.spellcheck = false;
  const label = element("label", "", element("span", "", element("b", "", parameter.name)), input);
  label.append(element("span", "", parameter.description ?? ""));
  return { parameter, input, label };
}

function requestOf(known, fields, body, session) {
  let path = known.path
    .replace("{instance}", () => encodeURIComponent(session.instance()))
    .replace("{documents}", () => encodeURIComponent(session.documents()));
  const query = new URLSearchParams();
  for (const { parameter, input } of fields) {
    if (parameter.in === "path") {
      path = path.replace(`{${parameter.name}}`, () => segment(input.value));
    } else if (input.value !== "") {
      query.append(parameter.name, input.value);
    }
  }
  const url = query.size > 0 ? `${path}?${query}` : path;
  const headers = { ...session.headers(), ...(body && { "Content-Type": "application/json" }) };
  return { method: known.method.toUpperCase(), url, headers, content: body?.value };
}

/** Browsers take . and .. for steps along the path. */
function segment(name) {
  return name === "." || name === ".." ? `=${name}` : encodeURIComponent(name);
}

function curlOf(method, url, headers, content) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${quoted(url)}`];
  for (const [name, value] of Object.entries(headers)) {
    lines.push(`  -H ${quoted(`${name}: ${name === "Authorization" ? "Bearer $STOA_KEY" : value}`)}`);
  }
  if (content) {
    lines.push(`  -d ${quoted(compact(content))}`);
  }
  return lines.join(" \\\n");
}

function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

async function attempt({ method, url, headers, content }, run, shown) {
  run.disabled = true;
  try {
    const started = performance.now();
    const answer = await fetch(url, { method, headers, body: content });
    const text = await answer.text();
    const took = `${Math.round(performance.now() - started)} ms`;
    const status = element("p", `status${answer.ok ? "" : " bad"}`, `${answer.status} ${answer.statusText} · ${took}`);
    shown.replaceChildren(status, element("pre", "", pretty(text)));
  } catch (error) {
    shown.replaceChildren(element("p", "status bad", `No answer: ${error.message}`));
  } finally {
    run.disabled = false;
  }
}

/** Shows a stream as it comes, until it is told to stop. */
async function follow({ method, url, headers }, run, shown) {
  const stopping = new AbortController();
  const status = element("p", "status", "…");
  const events = element("pre", "", "");
  const stop = element("button", "primary", "Stop");
  stop.type = "button";
  stop.addEventListener("click", () => stopping.abort());
  shown.replaceChildren(element("div", "row", status, stop), events);
  run.disabled = true;
  try {
    const answer = await fetch(url, { method, headers, signal: stopping.signal });
    status.textContent = `${answer.status} ${answer.statusText}`;
    status.classList.toggle("bad", !answer.ok);
    for await (const text of texts(answer.body)) {
      events.textContent = (events.textContent + text).slice(-MAX_SHOWN);
    }
    status.textContent += " · ended";
  } catch (error) {
    status.textContent = stopping.signal.aborted ? "Stopped" : `No answer: ${error.message}`;
  } finally {
    run.disabled = false;
    stop.remove();
  }
}

async function* texts(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    yield part.value;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function shapes(request, response, description) {
  const made = element("details", "shapes", element("summary", "", "Fields"));
  if (request) {
    made.append(element("h3", "", "Body"), shape(request, description));
  }
  made.append(element("h3", "", "Answer"), shape(response, description));
  return made;
}
