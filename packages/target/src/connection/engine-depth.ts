/** How deep a connection is in calls of the device server: from there on a bug is loud, for it may have changed something. */
export class EngineDepth {
  #calls = 0

  /** Whether a call was begun that has not come back. */
  get inside(): boolean {
    return this.#calls > 0
  }

  into(): void {
    this.#calls++
  }

  outOf(): void {
    this.#calls--
  }
}
