// Reads the description's schemas: examples to start from, and lists of fields.

import { element } from "./element.js";

/** What is told of well-known fields; the rest is made from its type. */
const EXAMPLES = {
  type: "said",
  data: { text: "hello" },
  update: { op: "insert", at: 0, text: "a" },
  state: { cursor: 12 },
  presence: { typing: true },
  metadata: { topic: "welcome" },
  memberId: "ada",
  clientId: "laptop",
  branch: "lobby-copy",
  ttlSeconds: 300,
};
const STARTERS = new Set(["type", "data", "update", "state", "presence", "memberId", "clientId", "branch", "ttlSeconds"]);

/** A body to start from: what is required, and what one would usually give. */
export function example(schema, description) {
  if (schema.example) {
    return schema.example;
  }
  const { properties = {}, required = [] } = resolved(schema, description);
  const body = {};
  for (const [name, known] of Object.entries(properties)) {
    if (required.includes(name) || STARTERS.has(name) || (name === "metadata" && !properties.type)) {
      body[name] = EXAMPLES[name] ?? sample(known, description);
    }
  }
  return body;
}

function sample(schema, description) {
  const { type, enum: values } = resolved(schema, description);
  if (values) {
    return values[0];
  }
  return { string: "", integer: 0, number: 0, boolean: false, array: [] }[first(type)] ?? {};
}

/** The fields of a schema, as a table. */
export function shape(schema, description) {
  const { properties = {}, required = [] } = resolved(schema, description);
  const rows = Object.entries(properties).map(([name, known]) => {
    const optional = required.includes(name) ? "" : ", optional";
    return element("tr", "", element("td", "", name), element("td", "", typeOf(known, description) + optional));
  });
  return element("table", "shape", element("tbody", "", ...rows));
}

function typeOf(schema, description) {
  if (schema.anyOf) {
    return schema.anyOf.filter(({ type }) => type !== "null").map((each) => typeOf(each, description)).join(" or ");
  }
  const known = resolved(schema, description);
  if (known.enum) {
    return known.enum.map((value) => JSON.stringify(value)).join(" | ");
  }
  if (first(known.type) === "array") {
    return `array of ${typeOf(known.items ?? {}, description)}`;
  }
  if (known.properties) {
    return `object {${Object.keys(known.properties).join(", ")}}`;
  }
  return known.format ?? first(known.type) ?? "any JSON";
}

function first(type) {
  return Array.isArray(type) ? type.find((each) => each !== "null") : type;
}

function resolved(schema, description) {
  if (schema.$ref) {
    return resolved(description.components.schemas[schema.$ref.split("/").pop()], description);
  }
  if (schema.anyOf) {
    return resolved(schema.anyOf.find(({ type }) => type !== "null") ?? {}, description);
  }
  return schema;
}
