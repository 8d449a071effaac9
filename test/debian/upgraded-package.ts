import { readFile, writeFile } from 'node:fs/promises'
import { succeed } from '../harness/outcome.ts'
import { findTool } from '../harness/tool.ts'

const TIMEOUT_MS = 120_000

/**
 * The same package under a higher version: what dpkg unpacks and what its scripts do at an upgrade does not depend on what has
 * changed in the files.
 *
 * @param path the package
 * @param work a directory that is not there yet, for its files
 * @param to where the new package is put
 */
export async function withVersion(path: string, version: string, work: string, to: string): Promise<void> {
  const dpkgDeb = findTool('dpkg-deb')
  await succeed(dpkgDeb, ['--raw-extract', path, work], { timeoutMs: TIMEOUT_MS })
  const control = await readFile(`${work}/DEBIAN/control`, 'utf8')
  await writeFile(`${work}/DEBIAN/control`, control.replace(/^Version: .*$/m, `Version: ${version}`))
  await succeed(dpkgDeb, ['--root-owner-group', '-Znone', '--build', work, to], { timeoutMs: TIMEOUT_MS })
}
