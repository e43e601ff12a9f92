// Makes SVG elements and lines of text that fit.

const NAMESPACE = "http://www.w3.org/2000/svg";
const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const LINE = 1.3;

const pen = document.createElement("canvas").getContext("2d");

/** An SVG element with attributes and children. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(NAMESPACE, tag);
  set(made, attributes);
  made.append(...children);
  return made;
}

/** Sets attributes; null takes one away. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) {
      element.removeAttribute(name);
    } else {
      element.setAttribute(name, value);
    }
  }
}

/** How wide a text is. */
export function widthOf(text, size, weight = 400) {
  pen.font = `${weight} ${size}px ${FAMILY}`;
  return pen.measureText(text).width;
}

/** A text set into a box in the largest of some sizes in which it fits; what does not fit at all is cut. */
export function fittedText(text, { x, y, w, h }, sizes, centred) {
  let size;
  let lines;
  for (size of sizes) {
    lines = wrapped(text, w, size);
    if (lines.length * size * LINE <= h) {
      break;
    }
  }
  const room = Math.max(1, Math.floor(h / (size * LINE)));
  if (lines.length > room) {
    lines = lines.slice(0, room);
    lines[room - 1] = `${lines[room - 1].replace(/.{0,2}$/u, "")}…`;
  }
  const top = centred ? y + (h - lines.length * size * LINE) / 2 : y;
  const left = centred ? x + w / 2 : x;
  return svg(
    "text",
    { class: centred ? "words centred" : "words", "font-size": size },
    ...lines.map((line, i) => svg("tspan", { x: left, y: top + (i * LINE + 1) * size }, line)),
  );
}

function wrapped(text, width, size) {
  return text.split("\n").flatMap((paragraph) => {
    const lines = [];
    let line = "";
    for (const word of paragraph.split(/(?<=\s)/u).flatMap((one) => broken(one, width, size))) {
      if (line && widthOf((line + word).trimEnd(), size) > width) {
        lines.push(line.trimEnd());
        line = "";
      }
      line += word;
    }
    return [...lines, line.trimEnd()];
  });
}

/** A word that is wider than a line, in pieces that are not. */
function broken(word, width, size) {
  if (widthOf(word.trimEnd(), size) <= width) {
    return [word];
  }
  const pieces = [""];
  for (const letter of word) {
    if (pieces.at(-1) && widthOf(pieces.at(-1) + letter, size) > width) {
      pieces.push("");
    }
    pieces[pieces.length - 1] += letter;
  }
  return pieces;
}
