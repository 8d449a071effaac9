import { isJsonObject, type Json, naaDigits, type StoragePlan } from '@lunkit/config'
import type { Section } from './section.ts'
import { type SectionFormat, SectionScope } from './section-format.ts'

/** A serial number that was made, and whose it is. */
export type KeptSerial = {
  /** Plugin and name: `fileio/disk0`. */
  readonly disk: string
  /** The backing file, for a disk that has one. */
  readonly file?: string
  /** The configuration file that the disk stood in when it was made. */
  readonly configuration: string
  readonly serial: string
}

/** What tells a disk from others: its file, wherever it is described; what has no file is a disk of its configuration file. */
const ownerOf = ({ disk, file, configuration }: Omit<KeptSerial, 'serial'>): string =>
  JSON.stringify(file === undefined ? [configuration, disk] : [file])

/** Of the directory, though those of disks without a file belong to a configuration: a disk with one has it under any. */
export const SERIALS: SectionFormat<KeptSerial> = {
  name: 'serials',
  scope: SectionScope.directory,
  version: 1,
  plural: 'serial numbers',
  readers: { 1: readEntry },
  keyOf: ownerOf,
  distinct: ({ serial }) => naaDigits(serial),
}

/** How a disk of a configuration is known in the state. */
export function kept(plan: StoragePlan, configuration: string): Omit<KeptSerial, 'serial'> {
  return { disk: plan.key, ...(plan.file !== undefined && { file: plan.file }), configuration }
}

/** The serial numbers in the state: only ever more of them, so that a disk that comes back is the disk that it was. */
export class KeptSerials {
  readonly #section: Section<KeptSerial>

  constructor(section: Section<KeptSerial>) {
    this.#section = section
  }

  find(disk: Omit<KeptSerial, 'serial'>): string | undefined {
    return this.#section.get(ownerOf(disk))?.serial
  }

  /**
   * Keeps serial numbers that were made; they are in the state when this resolves.
   * @throws {StateUnusable} when they cannot be written; none of them is kept then.
   */
  add(made: readonly KeptSerial[]): Promise<void> {
    return this.#section.update(draft => {
      for (const entry of made) draft.set(ownerOf(entry), entry)
    })
  }
}

function readEntry(entry: Json): KeptSerial | undefined {
  if (!isJsonObject(entry)) return undefined
  const { disk, file, configuration, serial } = entry
  if (typeof disk !== 'string' || typeof configuration !== 'string' || typeof serial !== 'string') return undefined
  if (!/^[ -~]{1,253}$/.test(serial) || (file !== undefined && typeof file !== 'string')) return undefined
  return { disk, ...(file !== undefined && { file }), configuration, serial }
}
