import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printed } from './program.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))

/** A package as `npm pack` made it. */
export interface Tarball {
  readonly name: string
  readonly path: string
  readonly files: readonly string[]
  readonly manifest: Manifest
}

/** What is looked at of a packed package.json. */
interface Manifest {
  readonly name: string
  /** The commit that it was packed by. */
  readonly gitHead?: string
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly peerDependencies?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
}

/**
 * Builds every package and packs it, in a copy of the work tree: packing changes package.json for a moment.
 *
 * @param directory where the copy and the tarballs are made
 * @throws Error with what the program printed that failed
 */
export async function packAll(directory: string): Promise<readonly Tarball[]> {
  await printed('npm', ['run', 'build'], { cwd: repository, timeoutMs: 180_000 })
  const copy = join(directory, 'copy')
  const isWanted = (path: string) => !/\/(node_modules|src|\.turbo)$/.test(path)
  for (const part of ['packages', 'apps', 'scripts'])
    await cp(join(repository, part), join(copy, part), { recursive: true, filter: isWanted })
  const places = await Promise.all(
    ['packages', 'apps'].map(async part => (await readdir(join(copy, part))).map(name => join(copy, part, name))),
  )
  const commit = await printed('git', ['rev-parse', 'HEAD'], { cwd: repository, timeoutMs: 10_000 }).catch(() => '')
  const tarballs: Tarball[] = []
  for (const place of places.flat()) tarballs.push(await pack(place, { directory, commit: commit.trim() }))
  return tarballs
}

async function pack(place: string, { directory, commit }: { directory: string; commit: string }): Promise<Tarball> {
  const before = await readFile(join(place, 'package.json'), 'utf8')
  const args = ['pack', '--json', '--silent', '--pack-destination', directory]
  const stdout = await printed('npm', args, { cwd: place, timeoutMs: 120_000, environment: { LUNKIT_COMMIT: commit } })
  const [packed] = JSON.parse(stdout) as [{ name: string; filename: string; files: { path: string }[] }]
  if ((await readFile(join(place, 'package.json'), 'utf8')) !== before)
    throw new Error(`npm pack has left another package.json in ${place}`)
  const path = join(directory, packed.filename)
  const manifest = await printed('tar', ['-xOf', path, 'package/package.json'], { timeoutMs: 10_000 })
  return {
    name: packed.name,
    path,
    files: packed.files.map(file => file.path),
    manifest: JSON.parse(manifest) as Manifest,
  }
}
