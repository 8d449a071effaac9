/** What is in doubt is kept by pieces of this many bytes. */
const GRAIN_BYTES = 512

/** A command that touches blocks, while it is under way. */
export interface Toucher {
  /** The first byte that it touches, and the one behind the last. */
  readonly from: number
  readonly end: number
  readonly writes: boolean
  /** Another command touched the same bytes meanwhile: which came first is not known. */
  contested: boolean
  /** Another command touched the same bytes meanwhile, if only to read: whose a fault of the store was is not known. */
  shared: boolean
}

/** What a disk must hold by all that was acknowledged, and where that is not known. */
export class DiskModel {
  readonly blockBytes: number
  readonly contents: Buffer
  readonly #doubtful: Uint8Array
  #anyDoubt = false
  readonly #active = new Set<Toucher>()

  constructor(sizeBytes: number, blockBytes: number) {
    this.blockBytes = blockBytes
    this.contents = Buffer.alloc(sizeBytes)
    this.#doubtful = new Uint8Array(sizeBytes / GRAIN_BYTES)
  }

  get sizeBytes(): number {
    return this.contents.length
  }

  /** How many commands are under way that touch it. */
  get active(): number {
    return this.#active.size
  }

  begin(toucher: Toucher): void {
    for (const other of this.#active) {
      const apart = other.end <= toucher.from || toucher.end <= other.from
      if (apart) continue
      other.shared = true
      toucher.shared = true
      if (!(other.writes || toucher.writes)) continue
      other.contested = true
      toucher.contested = true
    }
    this.#active.add(toucher)
  }

  end(toucher: Toucher): void {
    this.#active.delete(toucher)
  }

  /** From now on nobody knows what lies there. */
  doubt(from: number, end: number): void {
    this.#anyDoubt = true
    const last = Math.min(this.#doubtful.length, Math.ceil(end / GRAIN_BYTES))
    this.#doubtful.fill(1, Math.floor(Math.max(0, from) / GRAIN_BYTES), last)
  }

  /** A write was acknowledged; from now on it is known what lies there. */
  write(from: number, bytes: Uint8Array): void {
    this.contents.set(bytes, from)
    if (this.#anyDoubt) this.#doubtful.fill(0, from / GRAIN_BYTES, (from + bytes.length) / GRAIN_BYTES)
  }

  /** The first byte, from `from` on, that is not as it must be; undefined where all is. */
  difference(from: number, actual: Uint8Array): number | undefined {
    const end = from + actual.length
    if (this.contents.compare(actual, 0, actual.length, from, end) === 0) return undefined
    for (let at = from; at < end; at++) {
      if (this.#doubtful[Math.floor(at / GRAIN_BYTES)] === 1) continue
      if (this.contents[at] !== actual[at - from]) return at
    }
    return undefined
  }

  /** Whether it is not known of some bytes what they are. */
  get inDoubt(): boolean {
    return this.#anyDoubt
  }

  /** Nothing is under way any more, and `contents` is what is there. */
  settle(): void {
    this.#active.clear()
    if (this.#anyDoubt) this.#doubtful.fill(0)
    this.#anyDoubt = false
  }
}
