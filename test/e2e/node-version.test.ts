import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Each package has one of its own, because a door may import nothing before it. */
const FILES = globSync('packages/*/src/node-version.ts', { cwd: ROOT }).sort()

const loaded = (file: string, version: string): Promise<unknown> => {
  vi.stubGlobal('process', { versions: { node: version }, version: `v${version}` })
  vi.resetModules()
  return import(pathToFileURL(`${ROOT}/${file}`).href)
}

afterEach(() => vi.unstubAllGlobals())

describe('each package', () => {
  it('is looked at', () => {
    expect(FILES.length).toBe(globSync('packages/*/package.json', { cwd: ROOT }).length)
  })

  it.each(FILES)('says at its door which Node it needs: %s', async file => {
    const { name } = JSON.parse(readFileSync(`${ROOT}/${file.replace('src/node-version.ts', 'package.json')}`, 'utf8'))
    for (const old of ['20.19.0', '21.99.1', '22.11.9', '18.20.0'])
      await expect(loaded(file, old)).rejects.toThrow(`${name} needs Node 22.12 or newer; this is v${old}`)
    for (const good of ['22.12.0', '23.0.0', '24.3.1', '26.11.0'])
      await expect(loaded(file, good)).resolves.toBeDefined()
  })
})
