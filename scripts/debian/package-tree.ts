import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { printed } from '../program.ts'
import { changelogFile, type DebianPackage } from './control-files.ts'
import { copyrightFile, type LicensedPackage } from './copyright.ts'
import { dependencyClosure, type LockEntries } from './dependency-closure.ts'
import { copyPackage, type PackageSources, unpackedPackage } from './package-sources.ts'

/** The programs that the package has; npm knows them by these names. */
const PROGRAMS = ['lunkitd', '@lunkit/cli', 'lunkit-exporter']
const LIBRARY = 'usr/lib/lunkit'
const DOCUMENTS = 'usr/share/doc/lunkit'
const TIMEOUT_MS = 60_000

/** Files that are copied as they are: from where in the repository, to where on the machine, and whether they are programs. */
const COPIED: readonly (readonly [from: string, to: string, mode?: number])[] = [
  ['packaging/debian/lunkitd.sh', 'usr/sbin/lunkitd', 0o755],
  ['packaging/debian/lunkit.sh', 'usr/bin/lunkit', 0o755],
  ['packaging/debian/lunkit-exporter.sh', 'usr/bin/lunkit-exporter', 0o755],
  ['packaging/debian/targetcli.sh', `${LIBRARY}/bin/targetcli`, 0o755],
  ['packaging/debian/lunkitd.default', 'etc/default/lunkitd'],
  ['packaging/debian/lunkit-exporter.default', 'etc/default/lunkit-exporter'],
  ['packaging/debian/lintian-overrides', 'usr/share/lintian/overrides/lunkit'],
  ['apps/target/systemd/lunkit.sysusers.conf', 'usr/lib/sysusers.d/lunkit.conf'],
  ['apps/target/systemd/lunkit.tmpfiles.conf', 'usr/lib/tmpfiles.d/lunkit.conf'],
  ['apps/target/systemd/lunkitd-block.conf', `${DOCUMENTS}/examples/lunkitd-block.conf`],
  ['apps/target/systemd/lunkitd-scsi.conf', `${DOCUMENTS}/examples/lunkitd-scsi.conf`],
]

/** The units, as npm has them but for where the programs are. */
const UNITS = [
  { from: 'apps/target/systemd/lunkitd.service', program: '/usr/sbin/lunkitd' },
  { from: 'apps/exporter/systemd/lunkit-exporter.service', program: '/usr/bin/lunkit-exporter' },
]
const UNIT_DIRECTORY = 'lib/systemd/system'

const PAGES = [
  'apps/cli/man/lunkit.1',
  'apps/target/man/lunkitd.8',
  'apps/exporter/man/lunkit-exporter.1',
  'packages/config/man/saveconfig.5',
]

/** Where each shell looks for what completes the words of a program. */
const COMPLETIONS = {
  bash: 'usr/share/bash-completion/completions/lunkit',
  zsh: 'usr/share/zsh/vendor-completions/_lunkit',
  fish: 'usr/share/fish/vendor_completions.d/lunkit.fish',
}

/** What a tree is made of. */
export interface TreeOptions extends PackageSources, DebianPackage {
  /** The time of everything in it, in seconds since 1970. */
  readonly epoch: number
}

/**
 * Lays out every file of the package below a directory.
 *
 * @throws Error when something that it is made of is missing
 */
export async function layOutTree(root: string, options: TreeOptions): Promise<void> {
  const lock = JSON.parse(await readFile(join(options.repository, 'package-lock.json'), 'utf8')) as {
    readonly packages: LockEntries
  }
  const licensed = await addPackages(root, lock.packages, options)
  await printed('find', [join(root, LIBRARY), '-type', 'd', '-empty', '-delete'], { timeoutMs: TIMEOUT_MS })
  await addNode(root, lock.packages, options)
  for (const [from, to, mode = 0o644] of COPIED)
    await put(root, to, await readFile(join(options.repository, from)), mode)
  await mkdir(join(root, 'etc/lunkit'), { recursive: true })
  for (const unit of UNITS) await addUnit(root, unit, options.repository)
  for (const page of PAGES) await addPage(root, join(options.repository, page))
  await addCompletions(root)
  await addDocuments(root, licensed, options)
}

/** Debian's name of an architecture in npm's words. */
function npmArchitecture(architecture: string): string {
  const names: Readonly<Record<string, string>> = { amd64: 'x64', arm64: 'arm64' }
  const name = names[architecture]
  if (name === undefined) throw new Error(`${architecture} is neither ${Object.keys(names).join(' nor ')}`)
  return name
}

async function addPackages(root: string, entries: LockEntries, options: TreeOptions): Promise<LicensedPackage[]> {
  const platform = { os: 'linux', cpu: npmArchitecture(options.architecture), libc: 'glibc' }
  const licensed: LicensedPackage[] = []
  for (const locked of dependencyClosure(PROGRAMS, entries, platform)) {
    const text = await copyPackage(locked, join(root, LIBRARY, locked.place), options)
    const name = locked.place.replace('node_modules/', '')
    if (locked.entry.link !== true) licensed.push({ name, licence: locked.entry.license ?? 'unknown', text })
  }
  return licensed
}

async function addNode(root: string, entries: LockEntries, options: TreeOptions): Promise<void> {
  const place = `node_modules/node-linux-${npmArchitecture(options.architecture)}`
  const entry = entries[place]
  if (entry === undefined) throw new Error(`package-lock.json has no ${place}`)
  const from = await unpackedPackage(place, entry, options)
  await copyAs(join(from, 'bin/node'), join(root, LIBRARY, 'bin/node'), 0o755)
  await put(root, `${DOCUMENTS}/node-licence.gz`, gzipped(await readFile(join(from, 'LICENSE'))))
}

async function addUnit(root: string, unit: (typeof UNITS)[number], repository: string): Promise<void> {
  const text = await readFile(join(repository, unit.from), 'utf8')
  // The first lines tell how the unit is installed by hand.
  const body = text.slice(text.indexOf('[Unit]'))
  const name = unit.from.slice(unit.from.lastIndexOf('/') + 1)
  await put(root, `${UNIT_DIRECTORY}/${name}`, body.replaceAll(/\/usr\/local\/bin\/\S+/g, unit.program))
}

async function addPage(root: string, from: string): Promise<void> {
  const name = from.slice(from.lastIndexOf('/') + 1)
  await put(root, `usr/share/man/man${name.at(-1)}/${name}.gz`, gzipped(await readFile(from)))
}

/** What lunkit itself prints, here of the tree that is being made; any Node does for that. */
async function addCompletions(root: string): Promise<void> {
  const launcher = join(root, LIBRARY, 'node_modules/@lunkit/cli/bin/lunkit.js')
  const environment = { NODE_DISABLE_COMPILE_CACHE: '1' }
  for (const [shell, path] of Object.entries(COMPLETIONS)) {
    const args = [launcher, 'completion', shell]
    await put(root, path, await printed(process.execPath, args, { environment, timeoutMs: TIMEOUT_MS }))
  }
}

async function addDocuments(root: string, licensed: LicensedPackage[], options: TreeOptions): Promise<void> {
  await put(root, `${DOCUMENTS}/copyright`, copyrightFile(licensed))
  await put(root, `${DOCUMENTS}/changelog.gz`, gzipped(await readFile(join(options.repository, 'CHANGELOG.md'))))
  await put(root, `${DOCUMENTS}/changelog.Debian.gz`, gzipped(Buffer.from(changelogFile(options, options.epoch))))
}

/** Without a name and a time, which would differ from one build to the next. */
const gzipped = (content: Buffer): Buffer => gzipSync(content, { level: 9 })

async function put(root: string, path: string, content: Buffer | string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), content)
  await chmod(join(root, path), mode)
}

async function copyAs(from: string, to: string, mode: number): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to)
  await chmod(to, mode)
}
