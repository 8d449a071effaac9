import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { constants, readFile } from 'node:fs/promises'
import { connect, type LogicalUnit } from '@lunkit/initiator'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:direct'
const MIB = 2 ** 20
const BLOCK = 512

let held: AsyncDisposableStack
beforeEach(() => {
  held = new AsyncDisposableStack()
})
afterEach(() => held.disposeAsync())

/** Whether each descriptor that a process has of a file goes past the page cache. */
const descriptorsOf = (pid: number, path: string): boolean[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== path) return []
    const [, flags = ''] = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? []
    return [(Number.parseInt(flags, 8) & constants.O_DIRECT) !== 0]
  })

it.each([true, false])(
  'a file with aio is read and written past the page cache, with write_back %j',
  async writeBack => {
    const scratch = held.adopt(await Scratch.create('direct'), each => each.remove())
    const path = scratch.path('disk.img')
    const stores = [{ plugin: 'fileio', name: 'disk', sizeBytes: 4 * MIB, path, writeBack, aio: true }] as const
    const daemon = await Daemon.start({ iqn, stores }, scratch.directory)
    held.adopt(daemon, each => each.stop())
    const { host, port } = daemon.address(0)
    const session = held.use(await connect({ host, port, target: iqn, attentions: 'command' }))
    const unit = session.lun(0) as LogicalUnit
    await unit.ready()
    expect(descriptorsOf(daemon.pid, path).filter(isDirect => isDirect)).toHaveLength(1)

    const [small, large] = [Buffer.alloc(BLOCK, 'small'), Buffer.alloc(MIB, 'large')]
    await Promise.all([
      unit.write(3, small),
      unit.write(4, small, { fua: true }),
      unit.write(2 * (MIB / BLOCK) + 1, large),
      unit.unmap([{ lba: 0, blocks: 2 }]),
    ])
    await unit.synchronizeCache()
    const read = await Promise.all([unit.read(3, 2), unit.read(2 * (MIB / BLOCK) + 1, MIB / BLOCK), unit.read(0, 3)])
    expect(Buffer.compare(read[0], Buffer.concat([small, small]))).toBe(0)
    expect(Buffer.compare(read[1], large)).toBe(0)
    expect(Buffer.compare(read[2], Buffer.alloc(3 * BLOCK))).toBe(0)
    const file = await readFile(path)
    expect(Buffer.compare(file.subarray(2 * MIB + BLOCK, 3 * MIB + BLOCK), large)).toBe(0)
    expect(Buffer.compare(file.subarray(3 * BLOCK, 5 * BLOCK), Buffer.concat([small, small]))).toBe(0)
  },
)
