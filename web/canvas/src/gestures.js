// What a pointer does between going down and coming up. Each gesture is an object with `move(event)`, `end(event)` and
// `cancel()`, which takes back what it did. They are given the desk: board, camera, selection, and what people draw with.

import { boxOf, KINDS, MIN_SIZE, overlap, rounded, Way } from "./shapes.js";

/** A pointer that moves less, in pixels, has not moved. */
const SLACK = 4;

/** Draws a box of the kind that the tool is for; a click makes one of the usual size. */
export function drawBox(desk, event, kind) {
  const start = desk.camera.screen(event);
  const from = desk.camera.toWorld(start);
  let id = null;
  return {
    move(event) {
      const now = desk.camera.screen(event);
      if (id === null && distance(start, now) < SLACK) {
        return;
      }
      const box = rounded(boxOf(from, squared(from, desk.camera.toWorld(now), event.shiftKey)));
      if (id === null) {
        id = desk.create(kind, box);
      } else {
        desk.board.change(id, box);
      }
    },
    end() {
      if (id === null) {
        desk.createUsual(kind, from);
      } else {
        desk.created(id, kind);
      }
    },
    cancel() {
      if (id !== null) {
        desk.board.remove(id);
        desk.board.endStep();
      }
    },
  };
}

/** Draws with the pen. */
export function drawStroke(desk, event) {
  const way = new Way(desk.camera.toWorld(desk.camera.screen(event)));
  let id = null;
  return {
    move(event) {
      const passed = event.getCoalescedEvents?.() ?? [];
      const places = (passed.length > 0 ? passed : [event]).map((one) => desk.camera.toWorld(desk.camera.screen(one)));
      if (places.filter((place) => way.to(place)).length === 0) {
        return;
      }
      if (id === null) {
        id = desk.create("stroke", way.box, way.stroke);
      } else {
        desk.board.change(id, way.box, way.stroke);
      }
    },
    end() {
      desk.board.endStep();
      if (id !== null) {
        desk.say("Drawn");
      }
    },
    cancel() {
      if (id !== null) {
        desk.board.remove(id);
        desk.board.endStep();
      }
    },
  };
}

/** Moves what is selected. */
export function moveSelected(desk, event, click) {
  const start = desk.camera.screen(event);
  const places = new Map(desk.selection.ids.map((id) => [id, desk.board.shape(id)]).filter(([, shape]) => shape));
  let moved = false;
  const shift = (by) => {
    for (const [id, place] of places) {
      desk.board.change(id, rounded({ x: place.x + by.x, y: place.y + by.y }));
    }
  };
  return {
    move(event) {
      const now = desk.camera.screen(event);
      moved ||= distance(start, now) >= SLACK;
      if (moved) {
        const { scale } = desk.camera;
        shift({ x: (now.x - start.x) / scale, y: (now.y - start.y) / scale });
      }
    },
    end() {
      if (moved) {
        desk.board.endStep();
      } else {
        click?.();
      }
    },
    cancel() {
      if (moved) {
        shift({ x: 0, y: 0 });
        desk.board.endStep();
      }
    },
  };
}

/** Resizes a shape by one of its corners; with Shift it keeps its form. */
export function resize(desk, id, corner) {
  const { x, y, w, h } = desk.board.shape(id);
  const fixed = { x: corner.endsWith("w") ? x + w : x, y: corner.startsWith("n") ? y + h : y };
  const form = w > 0 && h > 0 ? h / w : 1;
  return {
    move(event) {
      const to = desk.camera.toWorld(desk.camera.screen(event));
      if (event.shiftKey) {
        to.y = fixed.y + Math.abs(to.x - fixed.x) * form * Math.sign(to.y - fixed.y || 1);
      }
      const box = boxOf(fixed, to);
      const size = { w: Math.max(MIN_SIZE, box.w), h: Math.max(MIN_SIZE, box.h) };
      const place = {
        x: to.x < fixed.x ? fixed.x - size.w : fixed.x,
        y: to.y < fixed.y ? fixed.y - size.h : fixed.y,
      };
      desk.board.change(id, rounded({ ...place, ...size }));
    },
    end: () => desk.board.endStep(),
    cancel() {
      desk.board.change(id, { x, y, w, h });
      desk.board.endStep();
    },
  };
}

/** Selects what a rectangle touches. */
export function selectAround(desk, event) {
  const start = desk.camera.screen(event);
  const before = event.shiftKey ? desk.selection.ids : [];
  desk.selection.set(before);
  return {
    move(event) {
      const now = desk.camera.screen(event);
      const box = boxOf(desk.camera.toWorld(start), desk.camera.toWorld(now));
      const touched = desk.board.shapeIds().filter((id) => overlap(box, desk.board.shape(id)));
      desk.selection.marquee = boxOf(start, now);
      desk.selection.set([...new Set([...before, ...touched])]);
    },
    end: () => (desk.selection.marquee = null),
    cancel: () => (desk.selection.marquee = null),
  };
}

/** Moves the canvas under the window; a touch that does not move selects nothing. */
export function pan(desk, event) {
  const start = desk.camera.screen(event);
  let last = start;
  let moved = false;
  return {
    move(event) {
      const now = desk.camera.screen(event);
      moved ||= distance(start, now) >= SLACK;
      if (moved) {
        desk.camera.pan(now.x - last.x, now.y - last.y);
        last = now;
      }
    },
    end() {
      if (!moved && event.button === 0) {
        desk.selection.set([]);
      }
    },
    cancel() {},
  };
}

/** Two fingers: moves and zooms. Takes places of both on the screen. */
export function pinch(desk, one, other) {
  let last = [one, other];
  return {
    move(places) {
      const [from, to] = [last, places].map(([a, b]) => ({
        x: (a.x + b.x) / 2,
        y: (a.y + b.y) / 2,
        apart: Math.max(1, distance(a, b)),
      }));
      desk.camera.pan(to.x - from.x, to.y - from.y);
      desk.camera.zoom(to.apart / from.apart, to);
      last = places;
    },
  };
}

/** A box of the usual size around a place. */
export function usualBox(kind, { x, y }) {
  const { width, height } = KINDS[kind];
  return rounded({ x: x - width / 2, y: y - height / 2, w: width, h: height });
}

function squared(from, to, wanted) {
  if (!wanted) {
    return to;
  }
  const side = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  return { x: from.x + side * Math.sign(to.x - from.x || 1), y: from.y + side * Math.sign(to.y - from.y || 1) };
}

function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
