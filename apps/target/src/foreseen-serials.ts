import { naaDigits } from '@lunkit/config'
import { type DiskSerials, findSerials, type SerialsOf } from './serving/found-serials.ts'
import { explainSerials } from './serving/serial-words.ts'
import type { StateSections } from './state/state-store.ts'

/** Lines that say what serial numbers disks would have that the configuration gives none. Makes and changes nothing. */
export function foreseeSerials(of: SerialsOf, state: StateSections): readonly string[] {
  const found = findSerials(of, state.serials)
  return [...explainSerials(found, state.directory), ...explainRivals(found)]
}

/** Disks to which the configuration gives a serial number that was made for another one: it was copied to the wrong place. */
function explainRivals(found: DiskSerials): readonly string[] {
  const first = new Map<string, string>()
  return [...found].flatMap(([disk, { serial }]) => {
    if (serial === undefined) return []
    const digits = naaDigits(serial)
    const other = first.get(digits)
    if (other === undefined) first.set(digits, disk)
    return other === undefined
      ? []
      : [`  ${disk} would not be served: initiators would take it for ${other}, by the serial number ${serial}`]
  })
}
