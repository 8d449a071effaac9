import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Managed, startManaged } from '../testing/managed.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const SIZE = 4 * 2 ** 20

let directory: string
let managed: Managed
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-new-file-'))
  managed = await startManaged(directory, saveConfig([{ plugin: 'ramdisk', name: 'a', size: 2 ** 20 }]))
})
afterAll(async () => {
  await managed[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

/** What the file of a new disk has, and what it takes, in bytes. */
async function made(name: string, sparse?: boolean): Promise<readonly [size: number, taken: number]> {
  const file = join(directory, `${name}.img`)
  const given = { name, file_or_dev: file, size: SIZE, ...(sparse !== undefined && { sparse }) }
  const lun = { target: TARGET_NAME, tag: 1, storage_object: `fileio/${name}` }
  await managed.client.call('edit', {
    edits: [
      { name: 'createFileio', given },
      { name: 'createLun', given: lun },
    ],
  })
  const { size, blocks } = await stat(file)
  return [size, blocks * 512]
}

it('a file that is made has all its space where that is asked for, and holes else', async () => {
  expect(await made('sparse')).toEqual([SIZE, 0])
  const [size, taken] = await made('full', false)
  expect([size, taken >= SIZE]).toEqual([SIZE, true])
})
