import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EditCall } from '@lunkit/config'
import type { LogicalUnit, ScsiError } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { block, withLun } from '../testing/client.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import { serveFile } from '../testing/serve-file.ts'

const KIB = 1024
const PROTECTED = { status: 0x02, senseKey: 0x07, sense: { code: { asc: 0x27, ascq: 0x00 } } }
const MODE_PAGE_CACHING = 0x08

let directory = ''
let file = ''
const at = (name: string): string => join(directory, name)
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-read-only-'))
  file = at('disk.img')
  await writeFile(file, Buffer.alloc(64 * KIB, block(7)))
})
afterEach(() => rm(directory, { recursive: true }))

const serve = (objects: Parameters<typeof saveConfig>[0]) => serveFile(at('saveconfig.json'), saveConfig(objects))
const thrown = (done: Promise<unknown>): Promise<ScsiError> =>
  done.then(
    () => undefined,
    error => error,
  ) as never

/** What MODE SENSE says, and what changes are answered with. */
async function seenOf(unit: LogicalUnit) {
  const { writeProtected } = await unit.modeSense(MODE_PAGE_CACHING)
  const zero = Buffer.alloc(512)
  const refused = await Promise.all([
    thrown(unit.write(0, block(1))),
    thrown(unit.unmap([{ lba: 0, blocks: 1 }])),
    thrown(unit.writeSame(0, 1, zero)),
    thrown(unit.compareAndWrite(0, zero, zero)),
  ])
  await unit.synchronizeCache()
  return { writeProtected, refused, first: Buffer.from(await unit.read(0, 1)) }
}

describe('a storage object that is read-only', () => {
  it.each([
    ['fileio', () => ({ dev: file }), 7],
    ['ramdisk', () => ({ size: 64 * KIB }), 0],
  ])('is write protected to initiators, whatever keeps it: %s', async (plugin, keys, byte) => {
    const attributes = { emulate_tpu: 1, emulate_tpws: 1 }
    await using here = await serve([{ plugin, name: 'd', readonly: true, attributes, ...keys() }])
    const { writeProtected, refused, first } = await withLun(here.url, seenOf)
    expect(writeProtected).toBe(true)
    expect(refused).toMatchObject(refused.map(() => PROTECTED))
    expect(first.equals(block(byte))).toBe(true)
    expect(here.said.warn).toEqual([])
  })

  it('is made so by an edit, of a file that is there, and stays so for who may write by their ACL', async () => {
    await using here = await serve([{ plugin: 'ramdisk', name: 'a', size: 64 * KIB }])
    const edits: readonly EditCall[] = [
      { name: 'createFileio', given: { name: 'f', file_or_dev: file, readonly: true } },
      { name: 'createLun', given: { target: TARGET_NAME, tag: 1, storage_object: '/backstores/fileio/f' } },
    ]
    await here.live.edit(edits)
    const seen = await withLun(here.url, (_, session) =>
      session
        .lun(1)
        .ready()
        .then(() => seenOf(session.lun(1))),
    )
    expect([seen.writeProtected, seen.first.equals(block(7))]).toEqual([true, true])
    expect(seen.refused[0]).toMatchObject(PROTECTED)
    const missing: EditCall = {
      name: 'createFileio',
      given: { name: 'g', file_or_dev: at('none.img'), size: 64 * KIB, readonly: true },
    }
    const lun: EditCall = {
      name: 'createLun',
      given: { target: TARGET_NAME, tag: 1, storage_object: '/backstores/fileio/g' },
    }
    await expect(here.live.edit([missing, lun])).rejects.toThrow(/does not exist|no such/i)
  })

  it('is so from when its file says so, and no longer, while initiators are logged in', async () => {
    const disk = { plugin: 'fileio', name: 'd', dev: file, wwn: '245a36c0-d927-482f-a8a8-d76bbaaf75ba' }
    await using here = await serve([disk])
    const say = async (readonly: boolean) => {
      await writeFile(at('saveconfig.json'), saveConfig([{ ...disk, readonly }]))
      await here.live.reload()
    }
    await withLun(here.url, async unit => {
      await unit.write(0, block(1))
      await say(true)
      await unit.ready()
      expect(await thrown(unit.write(0, block(2)))).toMatchObject(PROTECTED)
      await say(false)
      await unit.ready()
      await unit.write(0, block(3))
      expect(Buffer.from(await unit.read(0, 1)).equals(block(3))).toBe(true)
    })
  })
})
