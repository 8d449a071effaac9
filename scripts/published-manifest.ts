/**
 * What is published has no `source` condition: it leads to files that are not in the package, and other repositories use the
 * same word for theirs. It has the commit that it is built from, as npm itself calls it, where that is known. `npm pack` and
 * `npm publish` call this before (`strip`) and after (`restore`), in the package's directory.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

const MANIFEST = 'package.json'
/** The manifest as it is in the repository, for as long as another one stands in its place. */
const KEPT = 'package.json.kept'

type Json = Readonly<Record<string, unknown>>

function withoutSource(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value as Json).filter(([condition]) => condition !== 'source')
  return Object.fromEntries(entries.map(([condition, target]) => [condition, withoutSource(target)]))
}

function published(manifest: Json): Json {
  const { exports, sideEffects } = manifest
  const gitHead = commit()
  return {
    ...manifest,
    ...(gitHead !== undefined && { gitHead }),
    ...(exports !== undefined && { exports: withoutSource(exports) }),
    ...(Array.isArray(sideEffects) && { sideEffects: sideEffects.filter(path => !String(path).startsWith('./src/')) }),
  }
}

/** That of this directory, or of the one that it was copied from. */
function commit(): string | undefined {
  const { LUNKIT_COMMIT } = process.env
  const said = LUNKIT_COMMIT ?? spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).stdout?.trim()
  return said || undefined
}

/** In one step, so that whoever reads it at this moment finds a whole one. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

function strip(): void {
  if (!existsSync('dist'))
    throw new Error(`${process.cwd()} has no dist directory, and nothing to publish; run npm run build first`)
  // One that is there already was left by a pack that did not come to its end.
  if (!existsSync(KEPT)) replace(KEPT, readFileSync(MANIFEST, 'utf8'))
  const manifest = JSON.parse(readFileSync(KEPT, 'utf8')) as Json
  replace(MANIFEST, `${JSON.stringify(published(manifest), undefined, 2)}\n`)
}

function restore(): void {
  replace(MANIFEST, readFileSync(KEPT, 'utf8'))
  rmSync(KEPT)
}

if (process.argv[2] === 'strip') strip()
else if (process.argv[2] === 'restore') restore()
else throw new Error(`${process.argv[2]} is neither strip nor restore`)
