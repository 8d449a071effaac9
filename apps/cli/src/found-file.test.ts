import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { foundFile } from './found-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkit-found-'))
const file = join(directory, 'disk.img')
writeFileSync(file, 'abc')
afterAll(() => rmSync(directory, { recursive: true }))

describe('what stands at a path', () => {
  it.each([
    ['a file', file, { existed: true, isBlockDevice: false, sizeBytes: 3, isOther: false }],
    ['a directory', directory, { existed: true, isBlockDevice: false, isOther: true }],
    ['a device of characters', '/dev/null', { existed: true, isBlockDevice: false, isOther: true }],
    ['nothing', join(directory, 'none'), { existed: false, sizeBytes: 0 }],
  ])('may be %s', async (_what, path, found) => {
    expect(await foundFile(path)).toMatchObject(found)
  })

  it('is not known where it cannot be seen', async () => {
    expect(await foundFile(join(file, 'below'))).toBeUndefined()
  })
})
