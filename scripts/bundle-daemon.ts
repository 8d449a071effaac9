/**
 * Puts lunkitd's own modules and those of the packages of this repository together, into `dist` of apps/target: the main thread and each
 * worker thread load some ten files in place of six hundred, which is most of what a start takes. Packages of others stay
 * beside it. What tsc compiled lies in `dist/modules`, which is not published.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type OutputChunk, rolldown } from 'rolldown'

const PACKAGE = fileURLToPath(new URL('../apps/target', import.meta.url))
const DIST = join(PACKAGE, 'dist')
const MODULES = join(DIST, 'modules')
const LANES = fileURLToPath(new URL('../packages/backstores/dist/lanes', import.meta.url))
/** What is started by its name: where it lies in one directory with what starts it, that finds it as among the modules. */
const ENTRIES = {
  main: join(MODULES, 'main.js'),
  'watch-worker': join(MODULES, 'life/watch-worker.js'),
  'statistics-worker': join(MODULES, 'statistics/statistics-worker.js'),
  'metrics-worker': join(MODULES, 'metrics/metrics-worker.js'),
  'lane-worker': join(LANES, 'lane-worker.js'),
}
/** The packages of this repository, by how they are imported. */
const OURS = /^(?:lunkit|@lunkit\/[^/]+)(?:\/|$)/

type Manifest = Readonly<Record<'dependencies' | 'optionalDependencies', Readonly<Record<string, string>> | undefined>>

/** Whether an import leads to something that stays where it is: neither a file nor a package of this repository. */
const isApart = (id: string): boolean => !/^[./]/.test(id) && !OURS.test(id)

/** `@fastify/swagger` of `@fastify/swagger/lib/mode.js`. */
const packageOf = (id: string): string => id.split('/', id.startsWith('@') ? 2 : 1).join('/')

/** @throws Error when something is imported that an installation of lunkitd need not have */
function checkImports(chunks: readonly OutputChunk[]): void {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(PACKAGE, 'package.json'), 'utf8'),
  ) as Manifest
  const named = Object.keys({ ...dependencies, ...optionalDependencies })
  const files = chunks.map(({ fileName }) => fileName)
  const imported = new Set(chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]))
  const missing = [...imported].filter(id => !files.includes(id) && !isBuiltin(id) && !named.includes(packageOf(id)))
  if (missing.length > 0) throw new Error(`lunkitd imports what its package.json does not name: ${missing.join(', ')}`)
}

/** What an earlier build has left there would be published too. */
function clear(): void {
  for (const name of readdirSync(DIST)) if (join(DIST, name) !== MODULES) rmSync(join(DIST, name), { recursive: true })
}

const bundle = await rolldown({ input: ENTRIES, platform: 'node', external: isApart, treeshake: true })
clear()
const { output } = await bundle.write({ dir: DIST, format: 'esm', chunkFileNames: 'part-[name].js' })
checkImports(output.filter(each => each.type === 'chunk'))
