import type { EditCall, EditName } from '@lunkit/config'
import { ControlFault, FaultKind } from '@lunkit/control'

interface Unserved {
  readonly what: string
  readonly where: string
  readonly right: string
}

const fileio = 'fileio or ramdisk'

/** What an imported configuration may have, and is kept, but nothing would come of that is made here. */
const UNSERVED: Readonly<Partial<Record<EditName, Unserved>>> = {
  createBlock: { what: 'block devices are not served yet', where: '/backstores/block', right: fileio },
  createPscsi: { what: 'SCSI devices are not passed through to yet', where: '/backstores/pscsi', right: fileio },
  createAluaGroup: { what: 'ALUA groups are not served yet', where: 'alua', right: 'default_tg_pt_gp alone' },
}

/** @throws {ControlFault} for an edit that makes what lunkitd does not serve. */
export function refuseUnserved(edits: readonly EditCall[]): void {
  for (const { name } of edits) {
    const unserved = UNSERVED[name]
    if (unserved !== undefined) throw new ControlFault(FaultKind.refused, unserved)
  }
}
