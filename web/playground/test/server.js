// Runs the server as people get it: the shaded jar, in development mode.

import { spawn } from "node:child_process";
import { on, once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

const JAR = process.env.STOA_JAR ?? path.resolve(import.meta.dirname, "../../../app/target/stoa.jar");
const JAVA = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, "bin/java") : "java";
const FLAGS = ["-XX:+UseCompactObjectHeaders", "--sun-misc-unsafe-memory-access=allow", "-Dio.netty.noUnsafe=false"];

export class Server {
  #process;

  /** Starts the server and resolves once it says where it listens. Port 0 is any free one. */
  static async start({ port = 0, apiPort = 0 } = {}) {
    const server = new Server();
    server.#process = spawn(JAVA, [...FLAGS, "-jar", JAR, "dev", `--port=${port}`, `--api-port=${apiPort}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: server.#process.stdout });
    const timeout = AbortSignal.timeout(60_000);
    for await (const [line] of on(lines, "line", { close: ["close"], signal: timeout })) {
      const pages = /playground\s+http:\/\/localhost:(\d+)\/playground\//.exec(line);
      const sockets = /sockets\s+ws:\/\/localhost:(\d+)\/ws/.exec(line);
      server.apiPort = pages ? Number(pages[1]) : server.apiPort;
      server.port = sockets ? Number(sockets[1]) : server.port;
      if (/Ctrl\+C/.test(line)) {
        return server;
      }
    }
    throw new Error("the server ended before it was ready");
  }

  get pages() {
    return `http://localhost:${this.apiPort}`;
  }

  /** Ends the server as a service manager does, and resolves with its exit code. */
  async stop() {
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const [code, signal] = await exited;
    return code ?? signal;
  }
}

