import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { printed } from '../program.ts'
import type { Tarball } from '../tarballs.ts'
import { isInstalled, type LockEntry, type LockedPackage } from './dependency-closure.ts'

const TIMEOUT_MS = 300_000
/** What is read of a package of npm when it runs, and where of it nothing is. */
const READ = /\.(?:[cm]?js|json|node|wasm)$/
const UNREAD_DIRECTORY = /\/(?:\..*|node_modules|tests?|examples?|benchmarks?|docs|integration|scripts|musl_[a-z0-9]+)$/
/** Of our own all is, but for declarations and what lies elsewhere on a Debian. */
const UNREAD_OF_OURS = /\.d\.[cm]?ts$|\.map$|\.md$|\/(?:LICENSE|man|systemd)$/

/** Where packages are taken from. */
export interface PackageSources {
  /** The root of the repository, with its node_modules. */
  readonly repository: string
  /** The repository's own packages as `npm pack` made them. */
  readonly tarballs: readonly Tarball[]
  /** For what is unpacked meanwhile. */
  readonly work: string
}

/**
 * Copies what Node reads of a package.
 *
 * @param into the directory that it will be
 * @returns the text of its licence, where it has one
 * @throws Error when the registry has something else than package-lock.json says
 */
export async function copyPackage(
  { place, entry }: LockedPackage,
  into: string,
  sources: PackageSources,
): Promise<string | undefined> {
  const from = await unpackedPackage(place, entry, sources)
  await mkdir(into, { recursive: true })
  const isOurs = entry.link === true
  await cp(from, into, { recursive: true, filter: path => isRead(path.slice(from.length), path, isOurs) })
  return licenceIn(from)
}

function isRead(below: string, path: string, isOurs: boolean): boolean {
  if (isOurs) return !UNREAD_OF_OURS.test(below)
  if (UNREAD_DIRECTORY.test(below)) return false
  return statSync(path).isDirectory() || (READ.test(below) && !basename(below).startsWith('.'))
}

/** The directory of a package: as npm has installed it, as it is packed, or as the registry has it. */
export async function unpackedPackage(place: string, entry: LockEntry, sources: PackageSources): Promise<string> {
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const own = sources.tarballs.find(tarball => tarball.name === name)
  if (own !== undefined) return unpack(own.path, sources.work)
  if (isInstalled(sources.repository, place)) return join(sources.repository, place)
  return unpack(await download(name, entry, sources.work), sources.work)
}

/** Has npm bring a package, which must be the one of the lock file. */
async function download(name: string, { version, integrity }: LockEntry, work: string): Promise<string> {
  const args = ['pack', '--json', '--silent', '--pack-destination', work, `${name}@${version}`]
  const [{ filename }] = JSON.parse(await printed('npm', args, { cwd: work, timeoutMs: TIMEOUT_MS })) as [
    { filename: string },
  ]
  const found = `sha512-${createHash('sha512')
    .update(await readFile(join(work, filename)))
    .digest('base64')}`
  if (found !== integrity) throw new Error(`${name}@${version} is ${found}; package-lock.json says ${integrity}`)
  return join(work, filename)
}

async function unpack(tarball: string, work: string): Promise<string> {
  const directory = `${join(work, tarball.slice(tarball.lastIndexOf('/') + 1))}.d`
  await mkdir(directory, { recursive: true })
  await printed('tar', ['-xzf', tarball, '-C', directory, '--strip-components=1'], { timeoutMs: TIMEOUT_MS })
  return directory
}

async function licenceIn(directory: string): Promise<string | undefined> {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENCE', 'LICENSE.txt', 'license', 'license.md', 'COPYING']) {
    const text = await readFile(join(directory, name), 'utf8').catch(() => undefined)
    if (text !== undefined) return text
  }
  return undefined
}
