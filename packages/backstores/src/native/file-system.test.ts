import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isOnLocalFileSystem } from './file-system.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-file-system-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('a file system', () => {
  it('of the kernel alone is not one that holds files', () => {
    const fd = openSync('/proc/self/stat', 'r')
    expect(isOnLocalFileSystem(fd)).toBe(false)
    closeSync(fd)
  })

  it('is taken for one of another machine where nobody can tell', () => {
    const fd = openSync(join(directory, 'a'), 'w')
    closeSync(fd)
    expect(isOnLocalFileSystem(fd)).toBe(false)
  })
})
