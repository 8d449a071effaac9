import { DuplicateIdentityError, UnitIdentities } from '@lunkit/scsi-engine'
import { comparedName } from '@lunkit/target'

/** The identities of all disks that this process serves, by whatever server. */
export const servedUnits = new UnitIdentities()

/**
 * The names of the targets that a process serves. A target's name is that of a SCSI device and of its ports: two servers that
 * have one name would be one device with two different sets of disks.
 */
class TargetNames {
  readonly #holders = new Map<string, { readonly owner: object; times: number }>()

  /**
   * Takes a name for a server; one that has it already has it once more: a target of that name may end while the next one begins.
   * @throws {DuplicateIdentityError} when another server has it.
   */
  take(name: string, owner: object): void {
    const compared = comparedName(name)
    const holder = this.#holders.get(compared) ?? { owner, times: 0 }
    if (holder.owner !== owner)
      throw new DuplicateIdentityError(
        `the target ${name} is served by another server of this process already; right is a name that no other target has, or ` +
          'one DiskServer with several portal groups',
      )
    holder.times++
    this.#holders.set(compared, holder)
  }

  /** Gives back a name as often as it was taken. */
  release(name: string): void {
    const compared = comparedName(name)
    const holder = this.#holders.get(compared)
    if (holder && --holder.times === 0) this.#holders.delete(compared)
  }
}

/** The names of all targets that this process serves. */
export const servedTargets = new TargetNames()
