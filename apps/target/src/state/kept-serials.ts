import { isJsonObject, type Json, naaDigits, type StoragePlan } from '@lunkit/config'

/** A serial number that was made, and whose it is. */
export interface KeptSerial {
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

/** How a disk of a configuration is known in the state. */
export function kept(plan: StoragePlan, configuration: string): Omit<KeptSerial, 'serial'> {
  return { disk: plan.key, ...(plan.file !== undefined && { file: plan.file }), configuration }
}

/** The serial numbers in the state: only ever more of them, so that a disk that comes back is the disk that it was. */
export class KeptSerials {
  readonly #entries = new Map<string, KeptSerial>()
  /** Entries that cannot be understood. */
  readonly damaged: readonly Json[]

  /** Of what the state has in its section; that of no state yet is undefined. */
  constructor(section: Json | undefined) {
    const entries = Array.isArray(section) ? (section as readonly Json[]) : section === undefined ? [] : [section]
    const damaged: Json[] = []
    const seen = new Set<string>()
    for (const entry of entries) {
      const read = readEntry(entry)
      // Of two entries with one serial number one was changed by hand: the first holds.
      if (read === undefined || seen.has(naaDigits(read.serial)) || this.find(read) !== undefined) damaged.push(entry)
      else {
        seen.add(naaDigits(read.serial))
        this.add(read)
      }
    }
    this.damaged = damaged
  }

  find(disk: Omit<KeptSerial, 'serial'>): string | undefined {
    return this.#entries.get(ownerOf(disk))?.serial
  }

  add(entry: KeptSerial): void {
    this.#entries.set(ownerOf(entry), entry)
  }

  /** The section, as it is written. */
  get section(): Json {
    return [...this.#entries.values()].map(entry => ({ ...entry }))
  }
}

function readEntry(entry: Json): KeptSerial | undefined {
  if (!isJsonObject(entry)) return undefined
  const { disk, file, configuration, serial } = entry
  if (typeof disk !== 'string' || typeof configuration !== 'string' || typeof serial !== 'string') return undefined
  if (!/^[ -~]{1,253}$/.test(serial) || (file !== undefined && typeof file !== 'string')) return undefined
  return { disk, ...(file !== undefined && { file }), configuration, serial }
}
