// The npm server of documents, as its own guide sets it up: ws, files, and its usual interval between saves.
//
//   node --expose-gc reference.js --port 9000 --data DIRECTORY
//
// On SIGUSR2 it prints its live heap: `heap <bytes>`.
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { acceptConnection, FileStorage, RoomManager } from "@woven-ecs/canvas-store-server";
import { WebSocketServer } from "ws";

const { port, data } = parseArgs({ options: { port: { type: "string" }, data: { type: "string" } } }).values;
mkdirSync(data, { recursive: true });
const manager = new RoomManager({ idleTimeout: 1_000 });
const server = new WebSocketServer({ port: Number(port), host: "127.0.0.1", perMessageDeflate: false });

server.on("connection", (socket, request) => {
  const connection = acceptConnection({
    socket,
    url: request.url,
    request,
    manager,
    authorize: async () => ({ permissions: "readwrite" }),
    roomOptions: (roomId) => ({ createStorage: () => new FileStorage({ dir: data, roomId }) }),
  });
  connection.ready.catch((failure) => console.error(failure));
  socket.on("message", (message) => connection.onMessage(String(message)));
  socket.on("close", connection.onClose);
  socket.on("error", connection.onError);
});

process.on("SIGUSR2", () => {
  for (let i = 0; i < 4; i++) globalThis.gc();
  console.log(`heap ${process.memoryUsage().heapUsed}`);
});
