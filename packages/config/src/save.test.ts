import * as fileSystem from 'node:fs/promises'
import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseConfiguration } from './document.ts'
import { removeTemporaries, replaceFile, saveConfiguration } from './save.ts'

const configuration = parseConfiguration('{"targets": [], "storage_objects": []}')
const TEXT = '{\n  "storage_objects": [],\n  "targets": []\n}\n'

describe('saveConfiguration', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkit-config-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('writes a file that its owner alone can read, and leaves nothing beside it', async () => {
    const path = join(directory, 'saveconfig.json')
    await saveConfiguration(path, configuration)
    expect(await readFile(path, 'utf8')).toBe(TEXT)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(directory)).toEqual(['saveconfig.json'])
  })

  it('replaces an old file, whoever could read that, by a new one', async () => {
    const path = join(directory, 'saveconfig.json')
    await writeFile(path, 'old')
    await chmod(path, 0o644)
    const { ino } = await stat(path)
    await saveConfiguration(path, configuration)
    expect(await readFile(path, 'utf8')).toBe(TEXT)
    expect(await stat(path)).not.toMatchObject({ ino })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('keeps a symbolic link a link', async () => {
    const real = join(directory, 'real.json')
    const link = join(directory, 'link.json')
    await writeFile(real, 'old')
    await symlink(real, link)
    await saveConfiguration(link, configuration)
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(await readFile(real, 'utf8')).toBe(TEXT)
  })

  it('leaves the old state when it fails', async () => {
    const path = join(directory, 'taken')
    await writeFile(join(directory, 'file'), '')
    await expect(saveConfiguration(join(directory, 'file', 'saveconfig.json'), configuration)).rejects.toMatchObject({
      code: 'ENOTDIR',
    })
    await expect(saveConfiguration(join(path, 'saveconfig.json'), configuration)).rejects.toMatchObject({
      code: 'ENOENT',
    })
    expect(await readdir(directory)).toEqual(['file'])
  })
})

describe('replaceFile', () => {
  it('tells why a file could not be written where its temporary file cannot be removed either', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lunkit-config-'))
    const no = (why: string) => () => Promise.reject(new Error(why))
    const files = { ...fileSystem, rename: no('no rename'), rm: no('no removal') }
    await expect(replaceFile(join(directory, 'a'), 'text', files)).rejects.toThrow('no rename')
    await rm(directory, { recursive: true })
  })
})

describe('removeTemporaries', () => {
  it('removes what a crash left of one file, and nothing else', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lunkit-config-'))
    const path = join(directory, 'a.json')
    const cut = { ...fileSystem, rename: () => Promise.reject(new Error('cut off')), rm: () => Promise.resolve() }
    for (let i = 0; i < 2; i++) await expect(replaceFile(path, 'text', cut)).rejects.toThrow('cut off')
    expect(await readdir(directory)).toHaveLength(2)
    const others = ['.a.json.temp', '.a.json.0123456789ab.temp.bak', '.b.json.0123456789ab.temp', 'a.json']
    for (const name of others) await writeFile(join(directory, name), 'kept')
    await removeTemporaries(path)
    expect((await readdir(directory)).sort()).toEqual(others.sort())
    await rm(directory, { recursive: true })
  })
})
