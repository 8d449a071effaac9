import type { FileFacts } from './file-look.ts'

/** What a disk takes, so that no other can have it. */
interface Claim {
  readonly what: string
  /** Only a part of it: others may have other parts. */
  readonly isPart: boolean
}

interface Taken extends Claim {
  readonly owner: string
}

const twoOn = (what: string): string => `; two disks on one ${what} destroy each other`

/** Whose the files and devices are that were looked at, under whatever names they were found. */
export class DiskOwners {
  readonly #taken = new Map<string, Taken>()

  /** Why somebody else has it already, wholly or in part; undefined: nobody has. */
  rivalOf(facts: FileFacts): string | undefined {
    for (const claim of claimsOf(facts)) {
      const taken = this.#taken.get(claim.what)
      if (taken !== undefined && !(taken.isPart && claim.isPart)) return words(facts, claim, taken)
    }
    return undefined
  }

  take(facts: FileFacts, owner: string): void {
    for (const claim of claimsOf(facts)) this.#taken.set(claim.what, { ...claim, owner })
  }
}

/** A partition is a part of its disk, and a loop device stands for its file. */
function claimsOf({ identity, device, behind }: FileFacts): readonly Claim[] {
  if (identity === undefined) return []
  const own = { what: identity, isPart: false }
  const disk =
    device !== undefined && device.disk !== device.number ? [{ what: `device ${device.disk}`, isPart: true }] : []
  return [own, ...disk, ...(behind === undefined ? [] : [{ what: behind, isPart: false }])]
}

function words(
  { device, scsi, identity }: FileFacts,
  { what, isPart }: Claim,
  { owner, isPart: hasPart }: Taken,
): string {
  if (device === undefined && scsi === undefined)
    return `it is the file of ${owner} already (by a link)${twoOn('file')}`
  if (isPart) return `it is a partition of the device of ${owner}${twoOn('device')}`
  if (hasPart) return `a partition of it is the device of ${owner}${twoOn('device')}`
  if (what !== identity) return `its file is that of ${owner} already${twoOn('file')}`
  return `it is the device of ${owner} already (by another name)${twoOn('device')}`
}
