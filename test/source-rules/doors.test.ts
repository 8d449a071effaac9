import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from './tracked-files.ts'

interface Manifest {
  readonly name: string
  readonly engines: { readonly node: string }
  readonly exports: Readonly<Record<string, { readonly source: string }>>
}

const packages = readdirSync(join(REPOSITORY, 'packages')).map(directory => {
  const path = join(REPOSITORY, 'packages', directory)
  return { path, manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest }
})

describe.each(packages)('the package $manifest.name', ({ path, manifest }) => {
  it('needs Node 22.12, and has a sentence for an older one with its name in it', () => {
    expect(manifest.engines.node).toBe('>=22.12')
    const text = readFileSync(join(path, 'src/node-version.ts'), 'utf8')
    expect(text).toContain(`\`${manifest.name} needs Node 22.12 or newer; this is \${process.version}\``)
    expect(text).not.toMatch(/^(import|export) .* from/m)
  })

  it.each(Object.values(manifest.exports))('looks at the version before anything else is loaded: $source', door => {
    const [first] = readFileSync(join(path, door.source), 'utf8').match(/^(?:import|export) .*$/m) ?? []
    expect(first).toMatch(/^import '\.\.?\/node-version\.ts'$/)
  })
})
