import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fileio } from '@lunkit/backstores'
import { connect, DiskServer, fileio, openAccess, openBlockDevice } from 'lunkit'
import { afterAll, expect, it } from 'vitest'

const NAME = 'iqn.2026-11.com.example:batched'
const BLOCK_BYTES = 4096
const BLOCKS = 64
const directory = mkdtempSync(join(tmpdir(), 'lunkit-batched-'))
afterAll(() => rmSync(directory, { recursive: true }))

it('serves reads that come together with one system call, each with its own bytes', async () => {
  const content = Buffer.concat(Array.from({ length: BLOCKS }, (_, at) => Buffer.alloc(BLOCK_BYTES, `block ${at} `)))
  const path = join(directory, 'disk')
  writeFileSync(path, content)
  await using server = new DiskServer()
  const disk = await server.open(fileio({ path, sizeBytes: content.length }))
  const asked = { host: '127.0.0.1', port: 0 }
  await server.serve({
    name: NAME,
    portalGroups: [{ tag: 1, portals: [asked], access: openAccess, luns: [{ lun: 0, disk }] }],
  })
  const { port } = server.addressOf(asked) ?? { port: 0 }
  await using session = await connect(`iscsi://127.0.0.1:${port}/${NAME}`)
  const device = await openBlockDevice(session.lun(0))

  const order = Array.from({ length: BLOCKS }, (_, at) => (at * 27) % BLOCKS)
  for (let round = 0; round < 3; round++) {
    const read = await Promise.all(order.map(at => device.read(at * BLOCK_BYTES, BLOCK_BYTES)))
    for (const [at, bytes] of read.entries()) {
      const start = (order[at] as number) * BLOCK_BYTES
      expect(Buffer.compare(bytes, content.subarray(start, start + BLOCK_BYTES))).toBe(0)
    }
  }
  const { inPlaceReads, laneOperations, batchedReads } = (disk.store as Fileio).counters
  expect(inPlaceReads + laneOperations).toBe(3 * BLOCKS)
  const [unit] = server.statistics.snapshot().units.filter(({ labels }) => labels.unit === 'fileio/disk')
  expect(unit?.values.storeUring.read.count).toBe(batchedReads)
  expect(unit?.values.storeInline.read.count).toBe(inPlaceReads - batchedReads)
  expect(unit?.values.storeLane.read.count).toBe(laneOperations)
  // A file system that cannot say whether a read would wait has lanes do it, whoever asks.
  expect(batchedReads > BLOCKS).toBe(inPlaceReads > 0 && hasUring())
})

/** Whether the system lets this process make a ring: io_uring_setup without parameters is refused otherwise. */
function hasUring(): boolean {
  const koffi = createRequire(import.meta.url)(`@koromix/koffi-linux-${process.arch}`) as Koffi
  const call = koffi.load(null).func('syscall', 'long', ['long', 'long', 'long'])
  const refusals: readonly number[] = [constants.errno.ENOSYS, constants.errno.EPERM, constants.errno.EACCES]
  return call(425, 0, 0) === -1 && !refusals.includes(koffi.errno())
}

interface Koffi {
  errno(): number
  load(library: null): { func(name: string, result: string, parameters: string[]): (...values: number[]) => number }
}
