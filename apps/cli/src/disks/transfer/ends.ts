/** Where data comes from. */
export interface Source {
  /** What it is called in messages. */
  readonly name: string
  /** Undefined: it ends where it ends. */
  readonly sizeBytes: number | undefined
  /** It is read from its beginning to its end, one piece after another. */
  readonly isSequential: boolean
  /** Reads into memory. @returns so many bytes, less than there is memory for at its end only. */
  readonly read: (memory: Uint8Array, offset: number, signal: AbortSignal) => Promise<number>
  readonly close: () => Promise<void>
}

/** Where data goes to. Offsets are those of its source. */
export interface Sink {
  readonly name: string
  readonly isSequential: boolean
  /** What is written begins and ends at multiples of so many bytes. */
  readonly grainBytes: number
  /** So many zeroes, from a multiple of it on, need not be written one by one; undefined: they do. */
  readonly zeroGrainBytes: number | undefined
  readonly write: (data: Uint8Array, offset: number, signal: AbortSignal) => Promise<void>
  /** Makes bytes zero. */
  readonly zero: (offset: number, lengthBytes: number, signal: AbortSignal) => Promise<void>
  /** Makes durable what was written. */
  readonly flush: (signal: AbortSignal) => Promise<void>
  readonly close: () => Promise<void>
  /** Reads back what was written; undefined: it cannot be. */
  readonly readBack: Source['read'] | undefined
}
