import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printed } from '../../scripts/program.ts'
import type { Tarball } from '../../scripts/tarballs.ts'
import { run } from '../harness/outcome.ts'

const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url))
const TIMEOUT_MS = 60_000
/** So that what Node 22 cannot read yet (`await using`) becomes what it can. */
const OPTIONS = ['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2024,esnext.disposable', '--types', 'node']

/** An initiator needs a target: one at the address that its example has. */
const SERVED = `import { createTarget, ramdisk } from 'lunkit'
await using served = await createTarget({ name: 'iqn.2026-11.io.lunkit:demo', luns: [ramdisk({ sizeBytes: 2 ** 30 })] })
`

/** The first program of a package's README, which runs as it stands there. */
export interface ReadmeExample {
  /** The package: `@lunkit/wire`. */
  readonly name: string
  /** The compiled program, to be run in the project. */
  readonly path: string
}

/**
 * Writes the first program of each package's README into a project, as it is packed, and compiles it there.
 *
 * @throws Error with what the compiler says where one does not compile
 */
export async function compileExamples(project: string, tarballs: readonly Tarball[]): Promise<ReadmeExample[]> {
  const directory = join(project, 'readme')
  await mkdir(directory)
  const found: ReadmeExample[] = []
  for (const tarball of tarballs) {
    const readme = await printed('tar', ['-xOf', tarball.path, 'package/README.md'], { timeoutMs: TIMEOUT_MS })
    const [, program] = /```ts\n(.*?)```/s.exec(readme) ?? []
    if (program === undefined) continue
    const file = tarball.name.replace(/^@.*\//, '')
    await writeFile(join(directory, `${file}.ts`), runnable(program))
    found.push({ name: tarball.name, path: join('readme', `${file}.js`) })
  }
  const sources = found.map(({ path }) => path.replace(/js$/, 'ts'))
  const args = [...OPTIONS, '--strict', ...sources]
  const { code, stdout } = await run(compiler, args, { cwd: project, timeoutMs: TIMEOUT_MS })
  if (code !== 0) throw new Error(`an example does not compile:\n${stdout}`)
  return found
}

const runnable = (program: string): string =>
  program.includes('port: 3260 }\n') ? SERVED + program.replace('port: 3260', 'port: served.address.port') : program

/** The doors of a package by both ways into it, in a program of CommonJS: what `require` gives is what `import` gives. */
export const bothWays = (doors: readonly string[]): string => `(async () => {
  for (const door of ${JSON.stringify(doors)}) {
    const [required, imported] = [Object.keys(require(door)), Object.keys(await import(door))]
    console.log(door, required.filter(name => name !== '__esModule').sort().join() === imported.filter(name => name !== 'module.exports').sort().join())
  }
})()`
