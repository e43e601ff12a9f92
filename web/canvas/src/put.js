// Puts a board on the page.

import { byId } from "/assets/element.js";
import { showNotice } from "/assets/notice.js";
import { Camera } from "./camera.js";
import { Desk } from "./desk.js";
import { Editor } from "./editor.js";
import { Hand } from "./hand.js";
import { Keys } from "./keys.js";
import { Picture } from "./picture.js";
import { Selection } from "./selection.js";
import { Status } from "./status.js";
import { Toolbar } from "./toolbar.js";
import { Visitors } from "./visitors.js";

export function put(board, { user, readOnly }) {
  const camera = new Camera(byId("stage"));
  const picture = new Picture(board, camera);
  const selection = new Selection(board, camera, !readOnly);
  const editor = new Editor(board, camera, picture, showNotice);
  const desk = new Desk({ board, camera, selection, readOnly, user, editor, notify: showNotice });
  const visitors = new Visitors(board, camera, selection, { user, readOnly });
  new Keys(desk, new Hand(desk, visitors));
  new Toolbar(desk);
  new Status(board, readOnly);

  byId("stage").addEventListener("focusin", ({ target }) => {
    const { id } = target.dataset;
    if (id) {
      selection.set([id]);
      camera.reveal(selection.box);
    }
  });
  board.addEventListener("change", function showFirst() {
    if (board.shapeIds().length > 0) {
      board.removeEventListener("change", showFirst);
      desk.showToNewcomer();
    }
  });
}
