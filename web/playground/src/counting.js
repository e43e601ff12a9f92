// The call with progress: COUNT is started, watched and cancelled here.

import { byId } from "/assets/element.js";

export class Counting {
  #connection;
  #running = null;
  #counted = 0;

  constructor(connection) {
    this.#connection = connection;
    byId("counting").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start(byId("count-to").valueAsNumber, byId("count-delay").valueAsNumber);
    });
    byId("count-cancel").addEventListener("click", () => this.#running?.abort());
    connection.addEventListener("state", () => this.#showButtons());
    this.#showButtons();
  }

  async #start(to, delayMs) {
    if (this.#running) {
      return;
    }
    this.#running = new AbortController();
    this.#showButtons();
    byId("count-cancel").focus();
    this.#showProgress({ counted: 0, to });
    try {
      const { counted } = await this.#connection.call(
        "COUNT",
        { to, delayMs },
        { onProgress: (progress) => this.#showProgress(progress), signal: this.#running.signal },
      );
      this.#showResult("done", `Done: counted to ${counted}`);
    } catch (error) {
      const cancelled = error.code === "CANCELLED";
      this.#showResult(cancelled ? "" : "failed", cancelled ? `Cancelled at ${this.#counted}` : error.message);
    } finally {
      this.#running = null;
      this.#showButtons();
      byId("count-start").focus();
    }
  }

  #showProgress({ counted, to }) {
    this.#counted = counted;
    byId("count-progress").max = to;
    byId("count-progress").value = counted;
    this.#showResult("", `${counted} of ${to}`);
  }

  #showResult(kind, text) {
    const result = byId("count-result");
    result.dataset.kind = kind;
    result.textContent = text;
  }

  #showButtons() {
    byId("count-start").disabled = this.#running !== null || this.#connection.state !== "open";
    byId("count-cancel").disabled = this.#running === null;
  }
}
