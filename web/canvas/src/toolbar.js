// The buttons around the canvas.

import { byId, element } from "/assets/element.js";
import { COLOURS } from "./shapes.js";

const ZOOM = 1.25;

const HINTS = {
  select: "",
  pen: "Drag to draw",
  rectangle: "Drag to draw a rectangle, or press Enter to put one in the middle",
  ellipse: "Drag to draw an ellipse, or press Enter to put one in the middle",
  note: "Click where the note belongs, or press Enter to put it in the middle",
};

export class Toolbar {
  #desk;
  #tools = [...document.querySelectorAll("[data-tool]")];

  constructor(desk) {
    this.#desk = desk;
    document.body.classList.toggle("reading", desk.readOnly);
    this.#tools.forEach((button) => button.addEventListener("click", () => this.#take(button)));
    const on = (id, act) => byId(id).addEventListener("click", act);
    on("undo", () => desk.undo());
    on("redo", () => desk.redo());
    on("remove", () => desk.remove());
    on("zoom-in", () => desk.camera.zoom(ZOOM));
    on("zoom-out", () => desk.camera.zoom(1 / ZOOM));
    on("zoom-fit", () => desk.showAll());
    on("help", () => byId("keys").showModal());
    byId("colours").append(...COLOURS.map((colour, i) => this.#swatch(colour, i + 1)));
    desk.addEventListener("tool", () => this.#show());
    desk.addEventListener("colour", () => this.#show());
    desk.selection.addEventListener("change", () => this.#show());
    desk.board.addEventListener("history", () => this.#show());
    desk.camera.addEventListener("move", () => this.#showZoom());
    this.#show();
    this.#showZoom();
  }

  #take(button) {
    const { tool } = button.dataset;
    this.#desk.take(tool);
    byId("stage").focus({ preventScroll: true });
  }

  #swatch(colour, key) {
    const button = element("button", `choice ${colour}`, element("span", "swatch"));
    button.type = "button";
    button.dataset.colour = colour;
    button.title = `${colour[0].toUpperCase()}${colour.slice(1)} (${key})`;
    button.setAttribute("aria-label", colour);
    button.addEventListener("click", () => {
      this.#desk.paint(colour);
      byId("colours").hidePopover();
    });
    return button;
  }

  #show() {
    const { tool, colour, board, selection, readOnly } = this.#desk;
    this.#tools.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tool === tool)));
    byId("stage").dataset.tool = tool;
    byId("hint").textContent = readOnly ? "You are signed in to read" : HINTS[tool];
    byId("hint").hidden = byId("hint").textContent === "";
    byId("undo").disabled = !board.canUndo || readOnly;
    byId("redo").disabled = !board.canRedo || readOnly;
    byId("remove").disabled = selection.ids.length === 0 || readOnly;
    byId("colour").firstElementChild.className = `swatch ${colour}`;
    for (const choice of byId("colours").children) {
      choice.setAttribute("aria-pressed", String(choice.dataset.colour === colour));
    }
  }

  #showZoom() {
    byId("zoom-fit").textContent = `${Math.round(this.#desk.camera.scale * 100)} %`;
  }
}
