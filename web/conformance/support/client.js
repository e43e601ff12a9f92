// WS-Kit's client, if there is one: WSKIT_CLIENT says where. It is no dependency, because @ws-kit/client cannot be had
// from the npm registry at present; a path to a copy built from its sources works, and so does a package name.
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";

const place = process.env.WSKIT_CLIENT;

/** The module that exports `wsClient` and the error classes; undefined when there is none. */
export const wskit = place && (await import(isAbsolute(place) ? pathToFileURL(place).href : place));

/** Goes into a test's options: skips it, with the reason, when there is no client. */
export const ifThereIsAClient = wskit ? {} : { skip: "WSKIT_CLIENT names no copy of @ws-kit/client" };

/** Silences the client, which logs every state. Its failures are looked at through `onError`. */
export function silenceConsole() {
  for (const level of ["debug", "warn", "error"]) {
    console[level] = () => {};
  }
}

/** Follows a client's states. */
export class States {
  #seen = [];
  #waiting = null;

  constructor(client) {
    client.onState((state) => {
      this.#seen.push(state);
      this.#waiting?.();
    });
  }

  /** The states seen up to the given one, which are then forgotten. */
  async until(state) {
    while (!this.#seen.includes(state)) {
      await new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`never ${state}, only ${this.#seen}`)), 5_000);
        this.#waiting = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    return this.#seen.splice(0, this.#seen.indexOf(state) + 1);
  }
}
