/** The paths at which a shell has been, and at which of them it is. */
export class PathHistory {
  #paths: readonly string[] = ['/']
  #at = 0

  /** A path was entered: what was gone back from is forgotten. */
  entered(path: string): void {
    if (this.#paths[this.#at] === path) return
    this.#paths = [...this.#paths.slice(0, this.#at + 1), path]
    this.#at++
  }

  /**
   * Goes to the next path before this one, or after it, that is still there.
   * @returns it; undefined: there is none.
   */
  async step(by: -1 | 1, isThere: (path: string) => Promise<boolean>): Promise<string | undefined> {
    for (let at = this.#at + by; ; at += by) {
      const path = this.#paths[at]
      if (path === undefined) return undefined
      if (!(await isThere(path))) continue
      this.#at = at
      return path
    }
  }
}
