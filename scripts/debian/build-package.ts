import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printed } from '../program.ts'
import { packAll, type Tarball } from '../tarballs.ts'
import { controlFile, type DebianPackage, filesBelow, installedKiB, md5sumsFile } from './control-files.ts'
import { layOutTree, type TreeOptions } from './package-tree.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const SCRIPTS = ['postinst', 'prerm', 'postrm']
/** Node is given the scripts of its packages to read; they need a Node on the PATH to be run by themselves. */
const PROGRAM = /^(?:usr\/s?bin\/|usr\/lib\/lunkit\/bin\/|DEBIAN\/(?:postinst|prerm|postrm)$)/
const BUILD_TIMEOUT_MS = 600_000

/** How a package is built. */
export interface BuildOptions extends DebianPackage {
  /** Where it is put. */
  readonly directory: string
  /** Of dpkg-deb: `xz`, `gzip`, `zstd`, `none`. */
  readonly compression: string
  /** The repository's own packages, where they are packed already. */
  readonly tarballs?: readonly Tarball[]
}

/**
 * Builds the Debian package `lunkit`: the same bytes from the same sources, whoever builds them.
 *
 * @returns its path, `DIRECTORY/lunkit_0.1.0-1_amd64.deb`
 * @throws Error when something that it is made of is missing, or dpkg-deb fails
 */
export async function buildPackage(options: BuildOptions): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'lunkit-deb-'))
  try {
    const tarballs = options.tarballs ?? (await packAll(work))
    const epoch = await sourceEpoch()
    const root = join(work, 'root')
    await layOutTree(root, { ...options, repository: REPOSITORY, tarballs, work, epoch })
    await addControl(root, options)
    await normalise(root, epoch)
    await mkdir(options.directory, { recursive: true })
    const path = join(options.directory, `lunkit_${options.version}_${options.architecture}.deb`)
    const args = ['--root-owner-group', `-Z${options.compression}`, '--build', root, path]
    await printed('dpkg-deb', args, { environment: { SOURCE_DATE_EPOCH: String(epoch) }, timeoutMs: BUILD_TIMEOUT_MS })
    return path
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The time of the sources, in seconds since 1970: SOURCE_DATE_EPOCH, or that of the last commit. */
async function sourceEpoch(): Promise<TreeOptions['epoch']> {
  const said = process.env['SOURCE_DATE_EPOCH']
  return Number(said ?? (await printed('git', ['log', '-1', '--format=%ct'], { cwd: REPOSITORY, timeoutMs: 10_000 })))
}

async function addControl(root: string, options: BuildOptions): Promise<void> {
  const paths = await filesBelow(root)
  const control = join(root, 'DEBIAN')
  await mkdir(control)
  await writeFile(join(control, 'control'), controlFile(options, await installedKiB(root, paths)))
  await writeFile(join(control, 'md5sums'), await md5sumsFile(root, paths))
  await writeFile(
    join(control, 'conffiles'),
    paths
      .filter(path => path.startsWith('etc/'))
      .map(path => `/${path}\n`)
      .join(''),
  )
  for (const name of ['triggers', ...SCRIPTS])
    await copyFile(join(REPOSITORY, 'packaging/debian', name), join(control, name))
}

/** Modes and times that do not come from whoever builds. Configuration has secrets: its directory is for root alone. */
async function normalise(root: string, epoch: number): Promise<void> {
  for (const path of await filesBelow(root)) {
    await chmod(join(root, path), PROGRAM.test(path) ? 0o755 : 0o644)
    await utimes(join(root, path), epoch, epoch)
  }
  for (const directory of await directoriesBelow(root)) {
    await chmod(join(root, directory), directory === 'etc/lunkit' ? 0o700 : 0o755)
    await utimes(join(root, directory), epoch, epoch)
  }
}

/** Deepest first, so that the time of one is not changed any more. */
async function directoriesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const found = entries.filter(each => each.isDirectory()).map(each => join(each.parentPath, each.name))
  return [
    ...found
      .map(path => path.slice(root.length + 1))
      .sort()
      .reverse(),
    '',
  ]
}
