import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeExclusiveFile } from './exclusive-file.ts'

let directory: string
const path = () => join(directory, 'lock')
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-exclusive-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('a file that one process has at a time', () => {
  it('is created for its owner alone, and free again when it was released', async () => {
    const first = await takeExclusiveFile(path())
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(await takeExclusiveFile(path())).toBeUndefined()
    await first?.release()
    const second = await takeExclusiveFile(path())
    expect(second).toBeDefined()
    await second?.release()
  })

  it('keeps what it holds, and leaves no descriptor behind, had or not', async () => {
    writeFileSync(path(), 'something')
    const before = readdirSync('/proc/self/fd').length
    const first = await takeExclusiveFile(path())
    for (let i = 0; i < 4; i++) expect(await takeExclusiveFile(path())).toBeUndefined()
    await first?.release()
    expect([readdirSync('/proc/self/fd').length, readFileSync(path(), 'utf8')]).toEqual([before, 'something'])
  })

  it('is refused with the error of the system where it cannot be opened', async () => {
    await expect(takeExclusiveFile(join(directory, 'none', 'lock'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
