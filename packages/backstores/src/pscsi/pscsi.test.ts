import { openSync } from 'node:fs'
import { Slab, type Slot } from '@lunkit/wire'
import { afterEach, describe, expect, it } from 'vitest'
import type { Libc } from '../native/libc.ts'
import { libc } from '../native/libc-access.ts'
import type { DeviceCommand } from '../store/scsi-device.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreRequest } from '../store/store-request.ts'
import { ScriptedLanes } from '../testing/scripted-lanes.ts'
import { DevicePlace } from './device-place.ts'
import { Pscsi } from './pscsi.ts'
import { BLOCK_BYTES, SgRequest } from './sg-header.ts'

const library = nativeLibrary()
const slab = new Slab({ sizeBytes: 1024 * 1024 })
const open: Pscsi[] = []
const MIB = 1024 * 1024

function nativeLibrary(): Libc {
  const found = libc()
  if (!found) throw new Error('these tests need koffi; run npm ci')
  return found
}

afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
})

/** A store on a descriptor that leads nowhere, of a disk of which sysfs says this, and the lane by which its commands go. */
function made(said: Readonly<Record<string, number>> = {}) {
  const lanes = new ScriptedLanes(slab, { native: true })
  const place = Object.defineProperties(new DevicePlace('/nowhere/2:0:0:1'), {
    nodes: { value: { block: Object.keys(said).length > 0 ? 'sdb' : undefined } },
    number: { value: (name: string) => said[name.replace('block/sdb/queue/', '')] ?? 0 },
  })
  const fd = openSync('/dev/null', 'r')
  const store = new Pscsi({ name: 'disk0', path: '/dev/sg1', lanes }, { opened: { fd, place }, libc: library })
  open.push(store)
  return { lanes, store }
}

/** Memory of a device, which nobody has. */
function lentBy(store: Pscsi, lengthBytes: number): Slot {
  let lent: Slot | undefined
  store.device.longMemory.takeLater(lengthBytes, slot => (lent = slot))
  if (!lent) throw new Error('somebody has it')
  return lent
}

const inquiry = (slot: DeviceCommand['slot']): DeviceCommand => ({
  ...{ cdb: Uint8Array.of(0x12, 0, 0, 0, 96, 0), direction: 'in', slot, lengthBytes: 96 },
})

/** A driver that answers every command by writing this into its header, from byte 64 on, and this into its data. */
const answering =
  (header: string, data = '') =>
  (request: number, address: number) => {
    if (request !== SgRequest.io) return
    const block = Buffer.from(library.memoryAt(address, BLOCK_BYTES))
    const dataAddress = Number(block.readBigUInt64LE(16))
    Buffer.from(header, 'hex').copy(block, 64)
    block.fill(0x72, 120, 120 + (block[67] as number))
    const bytes = Buffer.from(data, 'hex')
    if (bytes.length > 0) bytes.copy(Buffer.from(library.memoryAt(dataAddress, 96)))
  }

describe('a passed-through device', () => {
  it('has its data in the memory of the command, without a copy', async () => {
    const { lanes, store } = made()
    const slot = slab.take(96)
    lanes.calls.driver = answering('00000000000000002c000000', '0000060212000000')
    const answer = await store.device.execute(inquiry(slot))
    expect(answer).toEqual({ failure: undefined, status: 0, sense: new Uint8Array(0), residualBytes: 44 })
    expect(slot?.bytes.subarray(0, 8).toString('hex')).toBe('0000060212000000')
    slot?.release()
  })

  it('has status and sense data told as they came', async () => {
    const { lanes, store } = made()
    lanes.calls.driver = answering('02010012000008000000')
    const answer = await store.device.execute({ cdb: new Uint8Array(6), direction: 'none', lengthBytes: 0 })
    expect(answer).toMatchObject({ failure: undefined, status: 2, sense: new Uint8Array(18).fill(0x72) })
  })

  it('fails a command where the call does, and says with what', async () => {
    const { lanes, store } = made()
    lanes.calls.next('control', -19)
    expect(await store.device.execute({ cdb: new Uint8Array(6), direction: 'none', lengthBytes: 0 })).toMatchObject({
      ...{ failure: 'gone', cause: { code: 'ENODEV', errno: 19, call: 'ioctl' } },
    })
  })

  it('has a command sent again that no lane has begun, and not one that may have been done', async () => {
    const { lanes, store } = made()
    lanes.automatic = false
    const command: DeviceCommand = { cdb: new Uint8Array(6), direction: 'none', lengthBytes: 0 }
    const answers = Promise.all([store.device.execute(command), store.device.execute(command)])
    lanes.die()
    expect((await answers).map(({ failure }) => failure)).toEqual(['lost', 'busy'])
  })

  it('is reset alone, and says when that could not be', async () => {
    const { lanes, store } = made()
    const asked: number[] = []
    lanes.calls.driver = (_request, address) => asked.push(Buffer.from(library.memoryAt(address, 4)).readInt32LE())
    lanes.calls.next('control', 0, -5)
    expect([await store.device.reset(), await store.device.reset()]).toEqual([true, false])
    expect(lanes.calls.made.map(([, , request]) => request)).toEqual([SgRequest.reset, SgRequest.reset])
    expect(asked).toEqual([0x101, 0x101])
  })

  it.each<readonly [what: string, said: Readonly<Record<string, number>>, mostBytes: number]>([
    ['16 MiB where nobody tells', {}, 16 * MIB],
    ['16 MiB where its queue takes more', { max_hw_sectors_kb: 2_147_483_647, max_segments: 4096 }, 16 * MIB],
    ['what its queue takes', { max_hw_sectors_kb: 512, max_segments: 2048 }, 512 * 1024],
    ['a page a segment', { max_hw_sectors_kb: 32_767, max_segments: 254 }, 254 * 4096],
  ])('gets with one command %s, and no more', async (_what, said, mostBytes) => {
    const { store } = made(said)
    const command: DeviceCommand = { cdb: new Uint8Array(10), direction: 'in', lengthBytes: mostBytes + 1 }
    expect([store.device.transferBytes, (await store.device.execute(command)).failure]).toEqual([mostBytes, 'refused'])
  })

  it('counts in blocks as long as its driver says, where it has one', () => {
    const lengths = [made({ logical_block_size: 4096 }), made({ max_segments: 254 }), made()]
    expect(lengths.map(({ store }) => store.device.blockBytes)).toEqual([4096, undefined, undefined])
  })

  it('has data that no slot holds in memory of its own, which grows, as one command', async () => {
    const { lanes, store } = made()
    const asked: number[] = []
    lanes.calls.driver = (_request, address) => {
      const block = Buffer.from(library.memoryAt(address, BLOCK_BYTES))
      const bytes = block.readUInt32LE(12)
      asked.push(bytes)
      const data = Buffer.from(library.memoryAt(Number(block.readBigUInt64LE(16)), bytes))
      data.reverse()
    }
    for (const lengthBytes of [300 * 1024, MIB, 257 * 1024]) {
      const slot = lentBy(store, lengthBytes)
      slot.bytes.write('whole', lengthBytes - 5)
      await store.device.execute({ cdb: new Uint8Array(6), direction: 'out', slot, lengthBytes })
      expect(slot.bytes.toString('latin1', 0, 5)).toBe('elohw')
      slot.release()
    }
    expect(asked).toEqual([300 * 1024, MIB, 257 * 1024])
  })

  it('keeps no blocks, and has a size of nothing', async () => {
    const { store } = made()
    const request = new StoreRequest({ completed: () => {} })
    expect([store.submit(request), request.fault]).toEqual([true, StoreFault.unsupported])
    expect([store.sizeBytes, await store.resize(4096)]).toEqual([0, StoreFault.unsupported])
  })

  it('closes when the device has ended what it has, and takes nothing any more', async () => {
    const { lanes, store } = made()
    lanes.automatic = false
    const command: DeviceCommand = { cdb: new Uint8Array(6), direction: 'none', lengthBytes: 0 }
    const answer = store.device.execute(command)
    let closed = false
    const closing = store.close().then(() => (closed = true))
    expect((await store.device.execute(command)).failure).toBe('gone')
    expect([closed, store.available]).toEqual([false, false])
    lanes.serve()
    await closing
    expect((await answer).failure).toBeUndefined()
  })
})
