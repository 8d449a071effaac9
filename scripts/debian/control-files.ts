import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What the package is called and for which machines. */
export interface DebianPackage {
  /** `0.1.0-1` */
  readonly version: string
  /** `amd64`, `arm64` */
  readonly architecture: string
}

/** Both Debians of the last years have them; Node's binary asks for no more. */
const DEPENDS = [
  'libc6 (>= 2.28)',
  'libgcc-s1 (>= 3.4)',
  'libstdc++6 (>= 12)',
  'init-system-helpers (>= 1.54~)',
  'systemd',
]

/**
 * The control file.
 *
 * @param installedKiB what the files of the package take
 */
export function controlFile({ version, architecture }: DebianPackage, installedKiB: number): string {
  return `Package: lunkit
Version: ${version}
Architecture: ${architecture}
Maintainer: lunkit maintainers <maintainers@lunkit.invalid>
Installed-Size: ${installedKiB}
Depends: ${DEPENDS.join(', ')}
Suggests: prometheus, open-iscsi
Section: admin
Priority: optional
Homepage: https://github.com/lunkit/lunkit
Description: userspace iSCSI target, its command line and its exporter
 lunkitd serves memory and files as SCSI disks over iSCSI. It reads the
 saveconfig.json of LIO, Linux's own target; lunkit manages it while it
 runs, in the words of targetcli; lunkit-exporter tells Prometheus its
 metrics. They run on a Node.js of their own, which this package brings.
`
}

/** The changelog of the package, of one entry: what has changed stands in CHANGELOG.md. */
export function changelogFile({ version }: DebianPackage, epoch: number): string {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')
  return `lunkit (${version}) unstable; urgency=medium

  * What has changed in lunkit: /usr/share/doc/lunkit/changelog.gz.

 -- lunkit maintainers <maintainers@lunkit.invalid>  ${date}
`
}

/** Every file below a directory, by its path there, in order; links are files. */
export async function filesBelow(directory: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(directory, below), { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(below, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(directory, path)))
    else found.push(path)
  }
  return found
}

/** The md5sums file: what debsums and `dpkg --verify` compare. */
export async function md5sumsFile(root: string, paths: readonly string[]): Promise<string> {
  const sums: string[] = []
  for (const path of paths)
    sums.push(
      `${createHash('md5')
        .update(await readFile(join(root, path)))
        .digest('hex')}  ${path}\n`,
    )
  return sums.join('')
}

/** What the files take, in KiB, each rounded up as Debian's policy has it. */
export async function installedKiB(root: string, paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async path => Math.ceil((await stat(join(root, path))).size / 1024)))
  return sizes.reduce((sum, each) => sum + each, 0)
}
