// What a canvas is made of, as canvas-store is told it.

import { defineCanvasComponent, field } from "./canvas-store.js";

/** How many bytes of UTF-8 a text may have, and how many bytes a name. */
export const MAX_TEXT_BYTES = 1200;
const MAX_NAME_BYTES = 256;

/** Numbers in a stroke: two for each point. */
export const STROKE_NUMBERS = 1024;

/** Where and what something is. Kinds are those of shapes.js; z says what lies above what. */
export const Shape = defineCanvasComponent(
  { name: "shape", sync: "document" },
  {
    kind: field.string().max(16).default("rectangle"),
    x: field.float64().default(0),
    y: field.float64().default(0),
    w: field.float64().default(0),
    h: field.float64().default(0),
    z: field.float64().default(0),
    colour: field.string().max(16).default("teal"),
    text: field.string().max(MAX_TEXT_BYTES).default(""),
    by: field.string().max(MAX_NAME_BYTES).default(""),
  },
);

/**
 * The way of a pen, which only strokes have. It is stretched over its shape's box. The array has a fixed length, so that
 * what is added to a stroke travels as what has changed of it.
 */
export const Stroke = defineCanvasComponent(
  { name: "stroke", sync: "document" },
  {
    points: field.buffer(field.int16()).size(STROKE_NUMBERS),
    used: field.uint16().default(0),
  },
);

/** A person who is here, where they point and what they hold. Gone when they are. */
export const Visitor = defineCanvasComponent(
  { name: "visitor", sync: "ephemeral" },
  {
    name: field.string().max(MAX_NAME_BYTES).default(""),
    x: field.float64().default(0),
    y: field.float64().default(0),
    pointing: field.boolean().default(false),
    holds: field.string().max(36).default(""),
  },
);
