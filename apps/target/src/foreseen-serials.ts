import { resolve } from 'node:path'
import { naaDigits, type StoragePlan } from '@lunkit/config'
import type { ConfigPath } from './options.ts'
import { type DiskSerials, findSerials } from './serving/found-serials.ts'
import { explainSerials } from './serving/serial-words.ts'
import { KeptSerials } from './state/kept-serials.ts'
import { readState, StateDamaged } from './state/state-file.ts'
import { explainSystemError } from './state/system-error.ts'

/** Lines that say what serial numbers disks would have that the configuration gives none. Takes, makes and changes nothing. */
export async function foreseeSerials(
  plans: readonly StoragePlan[],
  { config, stateDirectory }: { readonly config: ConfigPath; readonly stateDirectory: string },
): Promise<readonly string[]> {
  const { serials, unusable } = await readSerials(stateDirectory)
  const found = findSerials({ plans, configuration: resolve(config.path) }, serials)
  return [...explainSerials(found, stateDirectory, unusable), ...explainRivals(found)]
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

async function readSerials(directory: string): Promise<{ serials: KeptSerials; unusable: string | undefined }> {
  try {
    const { serials } = await readState(directory)
    return { serials: new KeptSerials(serials), unusable: undefined }
  } catch (error) {
    const serials = new KeptSerials(undefined)
    if (error instanceof StateDamaged)
      return { serials, unusable: `the state in ${directory} cannot be used and would be kept aside: ${error.message}` }
    return { serials, unusable: `the state in ${directory} cannot be read: ${explainSystemError(error)}` }
  }
}
