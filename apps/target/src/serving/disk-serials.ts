import { randomUUID } from 'node:crypto'
import { derivedSerial } from 'lunkit'
import { kept } from '../state/kept-serials.ts'
import { StateUnusable } from '../state/state-directory.ts'
import type { StateLog } from '../state/state-opening.ts'
import type { StateSections } from '../state/state-store.ts'
import { type DiskSerial, type DiskSerials, findSerials, SerialOrigin, type SerialsOf } from './found-serials.ts'

/**
 * The serial numbers of disks; those that had to be made are in the state when this resolves, before anybody can have seen them.
 * Where there is no state, or it cannot be written and nobody named it, they are derived.
 * @throws {StateUnusable} when a state that was named cannot be written.
 */
export async function assignSerials(
  of: SerialsOf,
  { state, named, log }: { state: StateSections; named: boolean; log: StateLog },
): Promise<DiskSerials> {
  const found = findSerials(of, state.serials)
  if (state.directory === undefined) return deriveNew(of, found)
  const made = of.plans.filter(({ key }) => found.get(key)?.origin === SerialOrigin.made)
  if (made.length === 0) return found
  try {
    await state.serials.add(
      made.map(plan => ({ ...kept(plan, of.configuration), serial: found.get(plan.key)?.serial ?? randomUUID() })),
    )
    return found
  } catch (error) {
    if (named || !(error instanceof StateUnusable)) throw error
    log.warn(
      { event: 'serialNotKept', state: state.directory, err: error },
      `${error.message}. What was to be kept there is derived`,
    )
    return deriveNew(of, found)
  }
}

function deriveNew({ plans, configuration }: SerialsOf, found: DiskSerials): DiskSerials {
  const derived = plans.flatMap((plan): [string, DiskSerial][] => {
    const known = found.get(plan.key)
    if (known === undefined) return []
    if (known.origin !== SerialOrigin.made) return [[plan.key, known]]
    const serial = plan.file === undefined ? derivedSerial(['disk', configuration, plan.key]) : undefined
    return [[plan.key, { serial, origin: SerialOrigin.derived }]]
  })
  return new Map(derived)
}
