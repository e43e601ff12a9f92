// The kinds of shapes, and their geometry. Knows nothing of the page.

import { MAX_TEXT_BYTES, STROKE_NUMBERS } from "./components.js";

export const COLOURS = ["yellow", "coral", "rose", "violet", "blue", "teal", "green", "grey"];

/** What a shape is called, and how large it is when somebody does not say. */
export const KINDS = {
  rectangle: { name: "Rectangle", width: 160, height: 110 },
  ellipse: { name: "Ellipse", width: 150, height: 110 },
  note: { name: "Note", width: 170, height: 150 },
  stroke: { name: "Drawing", width: 0, height: 0 },
};

export const MIN_SIZE = 12;

/** Points of a stroke are whole numbers of this part of a unit, measured from its beginning. */
const PART = 0.25;
const FARTHEST = 32_000;

const encoder = new TextEncoder();

/** Whether a shape has a text. */
export function hasText({ kind }) {
  return kind !== "stroke";
}

/** A text that is not longer than the document takes, cut between characters. */
export function fittingText(text) {
  let fitting = text;
  while (encoder.encode(fitting).length > MAX_TEXT_BYTES) {
    fitting = [...fitting].slice(0, -1).join("");
  }
  return fitting;
}

/** What a shape is, in words. */
export function describe({ kind, colour, text, by }) {
  const name = `${colour} ${(KINDS[kind]?.name ?? "shape").toLowerCase()}`;
  const said = text ? `: ${text}` : "";
  return `${name[0].toUpperCase()}${name.slice(1)}${said}${by ? `, by ${by}` : ""}`;
}

/** The box of two corners. */
export function boxOf(from, to) {
  return {
    x: Math.min(from.x, to.x),
    y: Math.min(from.y, to.y),
    w: Math.abs(to.x - from.x),
    h: Math.abs(to.y - from.y),
  };
}

/** The box around boxes; null around nothing. */
export function boxAround(boxes) {
  if (boxes.length === 0) {
    return null;
  }
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    w: Math.max(...boxes.map((box) => box.x + box.w)) - x,
    h: Math.max(...boxes.map((box) => box.y + box.h)) - y,
  };
}

export function overlap(one, other) {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}

/** A place or size as it is kept: to a tenth. */
export function rounded(fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Math.round(value * 10) / 10]));
}

/** The way of a pen while it is drawn. */
export class Way {
  #start;
  #numbers = [0, 0];
  #spacing = 1.5;

  constructor(start) {
    this.#start = start;
  }

  /** Goes on to a place; returns whether that is far enough from the last one to be kept. */
  to({ x, y }) {
    const part = (value, from) => Math.max(-FARTHEST, Math.min(FARTHEST, Math.round((value - from) / PART)));
    const next = [part(x, this.#start.x), part(y, this.#start.y)];
    const [lastX, lastY] = this.#numbers.slice(-2);
    if (Math.hypot(next[0] - lastX, next[1] - lastY) * PART < this.#spacing) {
      return false;
    }
    if (this.#numbers.length === STROKE_NUMBERS) {
      this.#thin();
    }
    this.#numbers.push(...next);
    return true;
  }

  /** Keeps every second point, so that a stroke may be as long as somebody likes. */
  #thin() {
    this.#numbers = this.#numbers.filter((_, i) => i % 4 < 2);
    this.#spacing *= 2;
  }

  get stroke() {
    const points = new Int16Array(STROKE_NUMBERS);
    points.set(this.#numbers);
    return { points, used: this.#numbers.length };
  }

  /** Where it is. */
  get box() {
    const { x, y, w, h } = boxOfNumbers(this.#numbers);
    return rounded({ x: this.#start.x + x, y: this.#start.y + y, w, h });
  }
}

/** The outline of a stroke in the box of its shape, as an SVG path: through the middles between points. */
export function strokePath({ x, y, w, h }, { points, used }) {
  const numbers = [...points].slice(0, used);
  if (numbers.length < 2) {
    return "";
  }
  const own = boxOfNumbers(numbers);
  const scaleX = own.w > 0 ? w / own.w : 1;
  const scaleY = own.h > 0 ? h / own.h : 1;
  const at = (i) => [
    (x + (numbers[i] * PART - own.x) * scaleX).toFixed(1),
    (y + (numbers[i + 1] * PART - own.y) * scaleY).toFixed(1),
  ];
  const middle = (one, other) => one.map((value, i) => ((Number(value) + Number(other[i])) / 2).toFixed(1));
  const parts = [`M${at(0)}`];
  for (let i = 2; i < numbers.length - 2; i += 2) {
    parts.push(`Q${at(i)} ${middle(at(i), at(i + 2))}`);
  }
  parts.push(`L${at(numbers.length - 2)}`);
  return parts.join("");
}

function boxOfNumbers(numbers) {
  const xs = numbers.filter((_, i) => i % 2 === 0);
  const ys = numbers.filter((_, i) => i % 2 === 1);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x: x * PART, y: y * PART, w: (Math.max(...xs) - x) * PART, h: (Math.max(...ys) - y) * PART };
}
