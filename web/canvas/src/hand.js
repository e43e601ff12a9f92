// Turns pointers on the stage into gestures, and wheels into moves of the camera.

import { byId } from "/assets/element.js";
import { drawBox, drawStroke, moveSelected, pan, pinch, resize, selectAround } from "./gestures.js";

const WHEEL_ZOOM = 0.0022;

export class Hand {
  #desk;
  #visitors;
  #stage = byId("stage");
  /** Where each finger, pen or mouse button that is down is on the screen. */
  #down = new Map();
  #gesture = null;
  #pinch = null;
  #spaceDown = false;

  constructor(desk, visitors) {
    this.#desk = desk;
    this.#visitors = visitors;
    const on = (name, handle) => this.#stage.addEventListener(name, handle);
    on("pointerdown", (event) => this.#pressed(event));
    on("pointermove", (event) => this.#moved(event));
    on("pointerup", (event) => this.#released(event));
    on("pointercancel", (event) => this.#released(event, true));
    on("pointerleave", () => visitors.pointAt(null));
    // The stage has caught the pointer, so the event does not say what is under it.
    on("dblclick", ({ clientX, clientY }) => this.#desk.write(idOf(document.elementFromPoint(clientX, clientY))));
    // The stage decides what a press focuses.
    on("mousedown", (event) => event.preventDefault());
    this.#stage.addEventListener("wheel", (event) => this.#wheeled(event), { passive: false });
    addEventListener("keydown", (event) => this.#space(event, true));
    addEventListener("keyup", (event) => this.#space(event, false));
  }

  /** Gives up what the pointer is doing; returns whether it was doing anything. */
  cancel() {
    const busy = this.#gesture !== null;
    this.#gesture?.cancel();
    this.#gesture = null;
    return busy;
  }

  #pressed(event) {
    this.#stage.focus({ preventScroll: true });
    this.#stage.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, this.#desk.camera.screen(event));
    if (this.#down.size === 2) {
      this.cancel();
      this.#pinch = pinch(this.#desk, ...this.#down.values());
    } else if (this.#down.size === 1) {
      this.#gesture = this.#gestureFor(event);
    }
  }

  #gestureFor(event) {
    const desk = this.#desk;
    if (event.button === 1 || this.#spaceDown) {
      return pan(desk, event);
    }
    if (event.button !== 0) {
      return null;
    }
    switch (desk.tool) {
      case "select":
        return this.#selecting(event);
      case "pen":
        return drawStroke(desk, event);
      default:
        return drawBox(desk, event, desk.tool);
    }
  }

  #selecting(event) {
    const desk = this.#desk;
    const corner = event.target.closest("[data-corner]")?.dataset.corner;
    if (corner && desk.selection.only) {
      return resize(desk, desk.selection.only, corner);
    }
    const id = idOf(event.target);
    if (id === null) {
      return event.pointerType === "touch" || desk.readOnly ? pan(desk, event) : selectAround(desk, event);
    }
    if (event.shiftKey) {
      desk.selection.toggle(id);
      return null;
    }
    const wasSelected = desk.selection.has(id);
    if (!wasSelected) {
      desk.selection.set([id]);
      desk.sayWhatIsSelected();
    }
    return desk.readOnly ? pan(desk, event) : moveSelected(desk, event, () => desk.selection.set([id]));
  }

  #moved(event) {
    if (this.#down.has(event.pointerId)) {
      this.#down.set(event.pointerId, this.#desk.camera.screen(event));
    }
    if (this.#pinch && this.#down.size === 2) {
      this.#pinch.move([...this.#down.values()]);
      return;
    }
    this.#visitors.pointAt(this.#desk.camera.toWorld(this.#desk.camera.screen(event)));
    this.#gesture?.move(event);
  }

  #released(event, cancelled = false) {
    this.#down.delete(event.pointerId);
    if (this.#down.size === 0) {
      this.#pinch = null;
    }
    if (cancelled) {
      this.cancel();
    }
    const gesture = this.#gesture;
    this.#gesture = null;
    gesture?.end(event);
    if (event.pointerType === "touch") {
      this.#visitors.pointAt(null);
    }
  }

  #wheeled(event) {
    event.preventDefault();
    const { camera } = this.#desk;
    if (event.ctrlKey || event.metaKey) {
      camera.zoom(Math.exp(-event.deltaY * WHEEL_ZOOM * (event.deltaMode === 1 ? 16 : 1)), camera.screen(event));
    } else {
      const [dx, dy] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      camera.pan(-dx, -dy);
    }
  }

  #space(event, down) {
    if (event.key === " " && (event.target === this.#stage || !down)) {
      this.#spaceDown = down;
      this.#stage.classList.toggle("grabbing", down);
      if (down) {
        event.preventDefault();
      }
    }
  }
}

/** The shape that an element is part of; null when it is of none. */
function idOf(element) {
  return element.closest("[data-id]")?.dataset.id ?? null;
}
