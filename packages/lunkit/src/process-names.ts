import { DuplicateIdentityError, UnitIdentities } from '@lunkit/scsi-engine'
import { comparedName } from '@lunkit/target'

/** The identities of all disks that this process serves, by whatever server. */
export const servedUnits = new UnitIdentities()

/**
 * The names of the targets that a process serves. A target's name is that of a SCSI device and of its ports: two servers that
 * have one name would be one device with two different sets of disks.
 */
class TargetNames {
  readonly #owners = new Map<string, object>()

  /**
   * Takes a name for a server; one that has it already keeps it.
   * @throws {DuplicateIdentityError} when another server has it.
   */
  take(name: string, owner: object): void {
    const compared = comparedName(name)
    const holder = this.#owners.get(compared)
    if (holder !== undefined && holder !== owner)
      throw new DuplicateIdentityError(
        `the target ${name} is served by another server of this process already; right is a name that no other target has, or ` +
          'one DiskServer with several portal groups',
      )
    this.#owners.set(compared, owner)
  }

  /** Gives back a name that was taken. */
  release(name: string): void {
    this.#owners.delete(comparedName(name))
  }
}

/** The names of all targets that this process serves. */
export const servedTargets = new TargetNames()
