// What the page uses of canvas-store, which is bundled into canvas-store.js.
export { CanvasStore, defineCanvasComponent, Synced } from "@woven-ecs/canvas-store";
export { addComponent, createEntity, defineSystem, field, removeEntity, World } from "@woven-ecs/core";
