// Runs the server as people get it: the shaded jar, in development mode.

import { spawn } from "node:child_process";
import { on, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const JAR = process.env.STOA_JAR ?? path.resolve(import.meta.dirname, "../../../app/target/stoa.jar");
const JAVA = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, "bin/java") : "java";
const LAUNCH = process.env.STOA_CLASSPATH ? ["-cp", process.env.STOA_CLASSPATH, "dev.stoa.app.Main"] : ["-jar", JAR];
const FLAGS = ["-XX:+UseCompactObjectHeaders", "--sun-misc-unsafe-memory-access=allow", "-Dio.netty.noUnsafe=false"];

export class Server {
  #process;
  #data;

  /** Starts the server at any free ports and resolves once it says where it listens. */
  static async start() {
    const server = new Server();
    server.#data = await mkdtemp(path.join(tmpdir(), "stoa-playground-"));
    await server.#run(0, 0);
    return server;
  }

  /** Starts again after stop() or kill(), at the same ports and with what was kept. */
  restart() {
    return this.#run(this.port, this.apiPort);
  }

  /** Stops and forgets what was kept. */
  async end() {
    await this.stop();
    await rm(this.#data, { recursive: true });
  }

  async #run(port, apiPort) {
    const options = [`--port=${port}`, `--api-port=${apiPort}`, `--data=${this.#data}`];
    this.#process = spawn(JAVA, [...FLAGS, ...LAUNCH, "dev", ...options], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: this.#process.stdout });
    const timeout = AbortSignal.timeout(180_000);
    for await (const [line] of on(lines, "line", { close: ["close"], signal: timeout })) {
      const pages = /playground\s+http:\/\/localhost:(\d+)\/playground\//.exec(line);
      const sockets = /sockets\s+ws:\/\/localhost:(\d+)\/ws/.exec(line);
      this.apiPort = pages ? Number(pages[1]) : this.apiPort;
      this.port = sockets ? Number(sockets[1]) : this.port;
      if (/Ctrl\+C/.test(line)) {
        return;
      }
    }
    throw new Error("the server ended before it was ready");
  }

  get pages() {
    return `http://localhost:${this.apiPort}`;
  }

  /** Ends the server as a service manager does, and resolves with its exit code. */
  stop() {
    return this.#end("SIGTERM");
  }

  /** Ends the server as a power cut does. */
  kill() {
    return this.#end("SIGKILL");
  }

  async #end(how) {
    const exited = once(this.#process, "exit");
    this.#process.kill(how);
    const [code, signal] = await exited;
    return code ?? signal;
  }
}

