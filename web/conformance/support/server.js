// Starts the conformance server, which is a Java program: Maven says with which Java and class path.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

function needed(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: run these tests through Maven, as docs/wskit.md says`);
  }
  return value;
}

/** Starts a server of its own for a test file; `url(path)` is where it listens. */
export async function startServer(main = "dev.stoa.server.conformance.ConformanceServer", ...args) {
  const flags = needed("STOA_JAVA_FLAGS").split(/\s+/).filter(Boolean);
  const java = spawn(
    needed("STOA_JAVA"),
    [
      ...flags,
      "-XX:TieredStopAtLevel=1",
      "-cp",
      needed("STOA_CLASSPATH"),
      main,
      ...args,
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let log = "";
  java.stderr.on("data", (chunk) => (log += chunk));
  const ended = once(java, "exit");
  const port = await Promise.race([
    once(createInterface(java.stdout), "line").then(([line]) => Number(line)),
    ended.then(() => Promise.reject(new Error(`the conformance server ended before it listened:\n${log}`))),
  ]);
  return {
    port,
    url: (path) => `ws://127.0.0.1:${port}${path}`,
    httpUrl: (path) => `http://127.0.0.1:${port}${path}`,
    /** Kills the server as `kill -9` does. */
    async kill() {
      java.kill("SIGKILL");
      await ended;
    },
    /** Ends the server and returns what it logged. */
    async stop() {
      java.stdin.end();
      await ended;
      return log;
    },
  };
}
