import { isJsonObject, type Json } from '@lunkit/config'

/** To whom a section belongs. */
export const SectionScope = {
  /** To whoever uses the directory, whatever the configuration: what is known of disks and files. */
  directory: 'directory',
  /** To one configuration file: what is known by names that another file may give to something else. */
  configuration: 'configuration',
} as const
export type SectionScope = (typeof SectionScope)[keyof typeof SectionScope]

/** How a section of the state is kept. */
export interface SectionFormat<E> {
  readonly name: string
  readonly scope: SectionScope
  /** The version in which it is written. */
  readonly version: number
  /** What its entries are called in a message: `serial numbers`. */
  readonly plural: string
  /** What each version's entries are read by; undefined for one that cannot be understood. */
  readonly readers: Readonly<Record<number, (entry: Json) => E | undefined>>
  readonly keyOf: (entry: E) => string
  /** What no two entries may have in common, beside the key. */
  readonly distinct?: (entry: E) => string
}

/** A section that was read: what of it is understood, and what is wrong with the rest. */
export interface ReadSection<E> {
  readonly entries: Map<string, E>
  readonly damage: string | undefined
}

/** Reads a section as it is kept; undefined where there is none yet. */
export function readSection<E>(format: SectionFormat<E>, stored: Json | undefined): ReadSection<E> {
  const none = new Map<string, E>()
  if (stored === undefined) return { entries: none, damage: undefined }
  const { version, entries } = isJsonObject(stored) ? stored : {}
  if (typeof version !== 'number') return { entries: none, damage: `its ${format.plural} are no section` }
  const reader = format.readers[version]
  if (reader !== undefined) return readEntries(format, reader, entries)
  const known = `this lunkitd knows version ${format.version}`
  return { entries: none, damage: `its ${format.plural} are of version ${version}; ${known}` }
}

/** What is no list counts as one entry, which cannot be understood. */
function readEntries<E>(
  { plural, keyOf, distinct }: SectionFormat<E>,
  reader: (entry: Json) => E | undefined,
  stored: Json | undefined,
): ReadSection<E> {
  const list = Array.isArray(stored) ? (stored as readonly Json[]) : [stored ?? null]
  const entries = new Map<string, E>()
  const seen = new Set<string>()
  for (const each of list) {
    const entry = reader(each)
    const mark = entry && distinct?.(entry)
    // Of two entries of which there can be one only, one was changed by hand: the first holds.
    if (entry === undefined || entries.has(keyOf(entry)) || (mark !== undefined && seen.has(mark))) continue
    if (mark !== undefined) seen.add(mark)
    entries.set(keyOf(entry), entry)
  }
  const lost = list.length - entries.size
  return { entries, damage: lost === 0 ? undefined : `${lost} ${plural} in it cannot be read` }
}
