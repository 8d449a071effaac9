import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leadsToFile } from './file-identity.ts'
import type { OpenedFile } from './file-opening.ts'

let directory: string
let opened: OpenedFile
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-file-identity-'))
  const fd = openSync(join(directory, 'a'), 'w')
  ftruncateSync(fd, 4096)
  opened = { fd, stats: fstatSync(fd, { bigint: true }) } as OpenedFile
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('the file that was opened', () => {
  it('is there as long as it has all that is served', () => {
    expect([4095, 4096, 4097].map(bytes => leadsToFile(opened, bytes))).toEqual([true, true, false])
    closeSync(opened.fd)
  })

  it('is not another one, nor one that is closed', () => {
    const { fd, stats } = opened
    const other = openSync(join(directory, 'b'), 'w')
    ftruncateSync(other, 4096)
    expect(leadsToFile({ ...opened, fd: other, stats }, 4096)).toBe(false)
    expect(leadsToFile({ ...opened, direct: { fd: other, leastBlockBytes: undefined } }, 4096)).toBe(false)
    expect(leadsToFile({ ...opened, direct: { fd, leastBlockBytes: undefined } }, 4096)).toBe(true)
    closeSync(other)
    expect(leadsToFile({ ...opened, direct: { fd: other, leastBlockBytes: undefined } }, 4096)).toBe(false)
    closeSync(fd)
    expect(leadsToFile(opened, 0)).toBe(false)
  })
})
