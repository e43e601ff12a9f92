// Shows each frame as it went over the wire, newest first.

import { byId, element } from "/assets/element.js";

const MAX_FRAMES = 100;

export class Wire {
  constructor(connection) {
    const list = byId("wire");
    connection.addEventListener("frame", ({ detail }) => {
      list.prepend(frame(detail));
      if (list.childElementCount > MAX_FRAMES) {
        list.lastElementChild.remove();
      }
    });
    byId("wire-clear").addEventListener("click", () => list.replaceChildren());
  }
}

function frame({ direction, text }) {
  const message = JSON.parse(text);
  const way = element("span", "way", direction === "out" ? "↑" : "↓");
  way.setAttribute("aria-label", direction === "out" ? "sent" : "received");
  const brief = JSON.stringify(message.payload ?? message.data ?? message.meta);
  const summary = element(
    "summary",
    "",
    way,
    element("span", "type", message.type),
    element("span", "brief", brief),
  );
  const details = element("details", "", summary);
  details.addEventListener(
    "toggle",
    () => details.append(element("pre", "", JSON.stringify(message, null, 2))),
    { once: true },
  );
  const error = message.type === "ERROR" || message.type === "RPC_ERROR";
  return element("li", direction + (error ? " error" : ""), details);
}
