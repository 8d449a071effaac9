import { MAPPED_LUNS } from '@lunkit/scsi-engine'
import { checkTarget } from '@lunkit/target'
import { checkArgument, checkOptions, flag, object, required, wholeNumber } from '@lunkit/wire'
import type { Disk } from './disk.ts'
import type { LunOptions, PortalGroupOptions } from './target-options.ts'

const LUNS = {
  type: 'object',
  words: `an array of at most ${MAPPED_LUNS} LUNs: { lun, disk, writeProtected }`,
  has: (luns: unknown) => Array.isArray(luns) && luns.length <= MAPPED_LUNS,
} as const
const LUNS_OF = object('a Map of LUNs by the name of the initiator', luns => luns instanceof Map)
/** What portal groups of disks have beside those of any device server. */
const GROUP = { luns: required(LUNS), lunsOf: LUNS_OF }

/**
 * Checks a target that is to be served, before anything of it is. `isOpen` says whether a disk is one of the server's own.
 * @throws {TypeError} or {RangeError} that says which part of it cannot be.
 */
export function checkServedTarget(where: string, target: unknown, isOpen: (disk: Disk) => boolean): void {
  checkTarget(where, target, GROUP)
  const { portalGroups } = target as { readonly portalGroups: readonly PortalGroupOptions[] }
  for (const [at, { luns, lunsOf }] of portalGroups.entries()) {
    const name = `${where}: portalGroups[${at}]`
    checkLuns(`${name}: luns`, luns, isOpen)
    for (const [initiator, own] of lunsOf ?? []) {
      checkArgument(`${name}: lunsOf: the name of an initiator`, initiator, INITIATOR)
      checkArgument(`${name}: lunsOf: ${initiator}`, own, LUNS)
      checkLuns(`${name}: lunsOf: ${initiator}`, own, isOpen)
    }
  }
}

const INITIATOR = { type: 'string', words: 'a name', has: (name: string) => name !== '' } as const
const LUN = wholeNumber(0, MAPPED_LUNS - 1)

function checkLuns(where: string, luns: readonly LunOptions[], isOpen: (disk: Disk) => boolean): void {
  const disk = required(object('a disk that open() of this server has resolved with', each => isOpen(each as Disk)))
  const domains = { lun: required(LUN), disk, writeProtected: flag }
  const seen = new Set<number>()
  for (const [at, each] of luns.entries()) {
    checkOptions(`${where}[${at}]`, each, domains)
    if (seen.has(each.lun))
      throw new RangeError(
        `${where}[${at}]: lun is ${each.lun}, as that of another disk; right is one of its own for each`,
      )
    seen.add(each.lun)
  }
}
