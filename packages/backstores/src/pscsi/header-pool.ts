import type { Libc } from '../native/libc.ts'
import { PinnedMemory } from '../native/pinned-memory.ts'
import { BLOCK_BYTES, SgHeader } from './sg-header.ts'

/** How many headers one stretch of memory holds. */
const HEADERS_A_STRETCH = 64

/** The headers of one device's commands: in memory that stays where it is, and used again. */
export class HeaderPool {
  readonly #libc: Libc
  readonly #free: SgHeader[] = []
  readonly #pinned: PinnedMemory[] = []

  constructor(libc: Libc) {
    this.#libc = libc
  }

  take(): SgHeader {
    if (this.#free.length === 0) this.#grow()
    return this.#free.pop() as SgHeader
  }

  /** The driver is done with it. */
  give(header: SgHeader): void {
    this.#free.push(header)
  }

  /** No command is under way any more. */
  release(): void {
    for (const memory of this.#pinned.splice(0)) memory.release()
    this.#free.length = 0
  }

  #grow(): void {
    const memory = new SharedArrayBuffer(HEADERS_A_STRETCH * BLOCK_BYTES)
    const pinned = new PinnedMemory(this.#libc, memory)
    this.#pinned.push(pinned)
    for (let at = 0; at < memory.byteLength; at += BLOCK_BYTES)
      this.#free.push(new SgHeader(new Uint8Array(memory, at, BLOCK_BYTES), pinned.address + at))
  }
}
