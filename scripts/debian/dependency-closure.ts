import { existsSync } from 'node:fs'
import { dirname } from 'node:path/posix'

/** What is read of an entry of package-lock.json. */
export interface LockEntry {
  readonly version?: string
  readonly integrity?: string
  readonly license?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly os?: string | readonly string[]
  readonly cpu?: string | readonly string[]
  readonly libc?: string | readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The entries of package-lock.json, by their place: `node_modules/pino`. */
export type LockEntries = Readonly<Record<string, LockEntry>>

/** What a package is installed on, in npm's words. */
export interface Platform {
  readonly os: string
  readonly cpu: string
  readonly libc: string
}

/** A package that is to be installed, and where. */
export interface LockedPackage {
  /** `node_modules/pino`, in the lock file as well as in the installation. */
  readonly place: string
  readonly entry: LockEntry
}

/**
 * What programs need when they run, by a lock file: as `npm ci --omit=dev` would install it on that platform.
 *
 * @param programs names of packages of the lock file
 * @returns packages in the order of their places; those of the repository itself have `link` or a directory of its own
 * @throws Error when something that is needed is not in the lock file
 */
export function dependencyClosure(
  programs: readonly string[],
  entries: LockEntries,
  platform: Platform,
): LockedPackage[] {
  const found = new Map<string, LockEntry>()
  const waiting = programs.map(name => placeOf(name, '', entries))
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const entry = entries[place]
    if (entry === undefined || found.has(place)) continue
    found.set(place, entry)
    waiting.push(...neededBy(place, entry, entries, platform))
  }
  return [...found].map(([place, entry]) => ({ place, entry })).sort((a, b) => (a.place < b.place ? -1 : 1))
}

function neededBy(place: string, link: LockEntry, entries: LockEntries, platform: Platform): string[] {
  // A package of the repository is a link to its directory, which has the entry that counts.
  const entry = link.link === true ? (entries[link.resolved ?? ''] ?? link) : link
  const optional = Object.keys(entry.optionalDependencies ?? {})
  const runsHere = (name: string) => isFor(entries[resolved(name, place, entries) ?? ''], platform)
  const required = Object.keys(entry.dependencies ?? {}).filter(name => !optional.includes(name))
  return [...required, ...optional.filter(runsHere)].map(name => placeOf(name, place, entries))
}

/** Node's own way: the nearest `node_modules` above. */
function resolved(name: string, from: string, entries: LockEntries): string | undefined {
  for (let above = from; ; above = dirname(above)) {
    const place = above === '' || above === '.' ? `node_modules/${name}` : `${above}/node_modules/${name}`
    if (entries[place] !== undefined) return place
    if (above === '' || above === '.') return undefined
  }
}

function placeOf(name: string, from: string, entries: LockEntries): string {
  const place = resolved(name, from, entries)
  if (place === undefined) throw new Error(`package-lock.json has no ${name}, which ${from || 'the package'} needs`)
  return place
}

function isFor(entry: LockEntry | undefined, { os, cpu, libc }: Platform): boolean {
  const allows = (list: string | readonly string[] | undefined, mine: string) =>
    list === undefined || [list].flat().includes(mine)
  return entry !== undefined && allows(entry.os, os) && allows(entry.cpu, cpu) && allows(entry.libc, libc)
}

/** Whether npm has installed it in this repository: what is for another architecture it has not. */
export const isInstalled = (root: string, place: string): boolean => existsSync(`${root}/${place}/package.json`)
