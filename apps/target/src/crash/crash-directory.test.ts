import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CrashDirectory } from './crash-directory.ts'

let state = ''
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'lunkitd-crashes-'))
})
afterEach(() => rmSync(state, { recursive: true }))

const files = () => readdirSync(join(state, 'crashes')).sort()
const withFree = (bytes: number) => new CrashDirectory(state, () => Promise.resolve(bytes))
const FACTS = { pid: 1 }
/** What the note has, and a mebibyte that is left. */
const ENOUGH_BYTES = JSON.stringify(FACTS).length + 1024 * 1024

describe('a note of a run', () => {
  it('is made where a mebibyte is left beside it', async () => {
    await withFree(ENOUGH_BYTES).note(FACTS)
    expect(files()).toEqual(['running.json'])
  })

  it('leaves the rest of a file system that is nearly full to what has to be kept there', async () => {
    await expect(withFree(ENOUGH_BYTES - 1).note(FACTS)).rejects.toThrow(
      `${join(state, 'crashes')} has ${ENOUGH_BYTES - 1} bytes free; right is ${ENOUGH_BYTES} or more`,
    )
    expect(files()).toEqual([])
  })

  it('that cannot be written leaves nothing of itself', async () => {
    const directory = new CrashDirectory(state)
    mkdirSync(join(directory.path, 'running.json'))
    await expect(directory.note(FACTS)).rejects.toThrow('EISDIR')
    expect(files()).toEqual(['running.json'])
  })
})

describe('a report', () => {
  it('that cannot be written leaves nothing of itself', () => {
    const directory = new CrashDirectory(state)
    mkdirSync(join(directory.path, 'a.json'))
    expect(() => directory.write('a.json', FACTS)).toThrow('EISDIR')
    expect(files()).toEqual(['a.json'])
  })
})
