import type { KnownNexus } from './known-nexus.ts'

/**
 * The SPC-2 reservation of a logical unit (SPC-2, RESERVE and RELEASE). It belongs to an I_T nexus by name, so that
 * it outlives a session as far as the standard says: it ends with the nexus, a reset, or its release.
 */
export class Reservation {
  #holder: string | undefined

  /** The key of the nexus that holds the unit. */
  get holder(): string | undefined {
    return this.#holder
  }

  /** Whether another nexus holds the unit. */
  conflicts(nexus: KnownNexus): boolean {
    return this.#holder !== undefined && this.#holder !== nexus.key
  }

  /** Takes the unit for `nexus`; again for its holder, which changes nothing. False: another one holds it. */
  reserve(nexus: KnownNexus): boolean {
    if (this.conflicts(nexus)) return false
    this.#holder = nexus.key
    return true
  }

  /** Gives the unit back. From a nexus that does not hold it, it does nothing, and that is no error (SPC-2). */
  release(nexus: KnownNexus): void {
    this.end(nexus.key)
  }

  /** A nexus has been lost: what it held is free. */
  end(key: string): void {
    if (this.#holder === key) this.#holder = undefined
  }

  /** A reset: nobody holds the unit any more. */
  clear(): void {
    this.#holder = undefined
  }
}
