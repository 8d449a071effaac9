import type { AddressRange, Libc } from './libc.ts'

/**
 * A range of addresses that a lane maps files into, taken on the protocol thread. What a lane has mapped when it dies keeps its
 * file open, and locked, for as long as the process lives, unless somebody else knows where that is.
 */
export class ReservedAddresses implements AddressRange {
  readonly address: number
  readonly lengthBytes: number
  readonly #libc: Libc
  #released = false

  private constructor(libc: Libc, { address, lengthBytes }: AddressRange) {
    this.#libc = libc
    this.address = address
    this.lengthBytes = lengthBytes
  }

  /** Takes a range; undefined where the system has none. */
  static take(libc: Libc, lengthBytes: number): ReservedAddresses | undefined {
    const address = libc.reserve(lengthBytes)
    return address > 0 ? new ReservedAddresses(libc, { address, lengthBytes }) : undefined
  }

  /** Gives the range back with whatever is mapped there. Nobody uses it any more. */
  release(): void {
    if (this.#released) return
    this.#released = true
    this.#libc.unmap(this.address, this.lengthBytes)
  }
}
