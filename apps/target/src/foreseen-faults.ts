import { keptFaultWords } from './serving/fault-words.ts'
import { findSerials, type SerialsOf } from './serving/found-serials.ts'
import type { StateSections } from './state/state-store.ts'

/** Lines that say which disks would be served with a fault that nobody has cleared. */
export function foreseeFaults(of: SerialsOf, state: StateSections): readonly string[] {
  const names = new Map(
    [...findSerials(of, state.serials)].map(([key, { serial }]) => [serial && state.faults.of(serial)?.serial, key]),
  )
  const lines = state.faults.all.map(fault => {
    const { serial } = fault
    const disk = names.get(serial) ?? `the disk with the serial number ${serial}, which is not in this configuration`
    return `  ${disk}: ${keptFaultWords(fault)}`
  })
  return lines.length === 0 ? [] : ['', 'Disks whose flush failed, so that acknowledged writes may be lost:', ...lines]
}
