/** What a process's V8 holds, in bytes. */
export interface HeapSize {
  /** In use outside of the young generation: what lives, and what died since the last full collection. */
  readonly heapBytes: number
  /**
   * Resident for the young generation. V8 makes it two to four times larger or smaller once in many minutes, by how much
   * survives, so that it says nothing of what a program keeps.
   */
  readonly youngBytes: number
}

/** One space of the heap, as V8 tells of it. */
export interface HeapSpace {
  readonly name: string
  readonly usedBytes: number
  readonly residentBytes: number
}

const YOUNG: ReadonlySet<string> = new Set(['new_space', 'new_large_object_space'])

/** Adds up the spaces of a heap. */
export function heapSize(spaces: readonly HeapSpace[]): HeapSize {
  let heapBytes = 0
  let youngBytes = 0
  for (const { name, usedBytes, residentBytes } of spaces) {
    if (YOUNG.has(name)) youngBytes += residentBytes
    else heapBytes += usedBytes
  }
  return { heapBytes, youngBytes }
}
