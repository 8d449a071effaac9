import type { EditCall, EditName } from '@lunkit/config'
import { ControlFault, FaultKind } from '@lunkit/control'

interface Unserved {
  readonly what: string
  readonly where: string
  readonly right: string
}

/** What is said of an edit that is given these. */
type Words = (given: Readonly<Record<string, unknown>>) => Unserved

/** What an imported configuration may have, and is kept, but nothing would come of that is made here. */
const UNSERVED: Readonly<Partial<Record<EditName, Words>>> = {
  createAluaGroup: ({ storage_object, name }) => ({
    what: `cannot have ${String(name)}: ALUA groups are not served yet`,
    where: `${String(storage_object)}/alua`,
    right: 'default_tg_pt_gp alone',
  }),
}

/** @throws {ControlFault} for an edit that makes what lunkitd does not serve. */
export function refuseUnserved(edits: readonly EditCall[]): void {
  for (const { name, given } of edits) {
    const unserved = UNSERVED[name]?.(given as Readonly<Record<string, unknown>>)
    if (unserved !== undefined) throw new ControlFault(FaultKind.refused, unserved)
  }
}
