// Makes and finds elements. Text is always set as text, never as markup.

/** The element of an id, which must exist. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`the page has no #${id}`);
  }
  return found;
}

/** An element with a class, attributes and children (elements or text). */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

/** A round mark with the first letters of a name, in a colour that the name decides. */
export function avatar(name) {
  const mark = element("span", "avatar", initialsOf(name));
  mark.setAttribute("aria-hidden", "true");
  mark.style.setProperty("--hue", String(hueOf(name)));
  return mark;
}

function initialsOf(name) {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const letters = words.length > 1 ? words[0][0] + words[1][0] : (words[0] ?? "?").slice(0, 2);
  return letters.toUpperCase();
}

/** The colour of a name, as an angle. */
export function hueOf(name) {
  let hash = 0;
  for (const letter of name) {
    hash = (hash * 31 + letter.codePointAt(0)) % 65_536;
  }
  // Steps of the golden angle put neighbours far apart on the circle of colours.
  return Math.round((hash * 137.508) % 360);
}
