import { DataOut, isPacket, R2T, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { collect, pattern, sendData, TAG, writing } from '../testing/data-out-driver.ts'
import { PieceCollector } from '../testing/hand-router.ts'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const KIB = 1024
const KEYS = { InitialR2T: 'No' }

describe('transfer memory for data-out', () => {
  it('that is not there makes a command with unsolicited data BUSY, and its data is dropped', async () => {
    const target = new TestTarget({ slabBytes: 256 * KIB, parameters: { InitialR2T: false } })
    const client = await target.loggedIn(KEYS)
    const all = target.slab.take(256 * KIB)
    const data = pattern(2000)
    client.command({ write: true, final: false, expectedDataTransferLength: 2000 }, { data: data.subarray(0, 1000) })
    sendData(client, { data, start: 1000, end: 2000 })
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ status: 0x08, expCmdSN: 2 })
    expect(target.hand.nexus.tasks).toEqual([])
    all?.release()
  })

  it('is waited for before an R2T is sent', async () => {
    const { target, client } = await writing({ bytes: 1024 }, { ImmediateData: 'No' }, { slabBytes: 256 * KIB })
    const all = target.slab.take(256 * KIB)
    collect(target, 1024)
    await settled()
    expect([client.packets.length, target.slab.waiting]).toEqual([0, 1])
    all?.release()
    await client.expect(R2T)
  })

  it('is not waited for any more when the task ends', async () => {
    const { target } = await writing({ bytes: 1024 }, { ImmediateData: 'No' }, { slabBytes: 256 * KIB })
    const all = target.slab.take(256 * KIB)
    collect(target, 1024)
    target.hand.nexus.last.terminate()
    expect(target.slab.waiting).toBe(0)
    all?.release()
  })

  it('of a session is limited; the oldest command always gets one burst', async () => {
    const options = { limits: { dataOutBytes: 256 * KIB }, parameters: { MaxOutstandingR2T: 4, InitialR2T: false } }
    const target = new TestTarget(options)
    const client = await target.loggedIn({ ImmediateData: 'No', MaxOutstandingR2T: '4' })
    for (let i = 0; i < 4; i++) client.command({ write: true, expectedDataTransferLength: 200 * KIB })
    const collectors = target.hand.nexus.tasks.map(task => {
      const collector = new PieceCollector()
      task.expectData(200 * KIB)
      task.receive(collector)
      return collector
    })
    await settled()
    const served: number[] = []
    for (let r2t = client.packets.shift(); r2t; r2t = client.packets.shift()) {
      expect(client.packets).toHaveLength(0)
      if (!isPacket(r2t, R2T)) throw new Error(`${r2t.pdu.name} came`)
      served.push(r2t.values.initiatorTaskTag)
      sendData(client, {
        data: Buffer.alloc(200 * KIB),
        start: 0,
        end: 200 * KIB,
        tag: r2t.values.targetTransferTag,
        initiatorTaskTag: r2t.values.initiatorTaskTag,
      })
      await settled()
    }
    expect(served).toEqual([0x10, 0x11, 0x12, 0x13])
    expect(collectors.map(({ bytes }) => bytes.length)).toEqual([200 * KIB, 200 * KIB, 200 * KIB, 200 * KIB])
  })

  it('of the first piece grows when the command turns out to want more', async () => {
    const limits = { dataOutBytes: 256 * KIB }
    const { target, client, data } = await writing({ bytes: 200 * KIB, immediate: 8 * KIB }, {}, { limits })
    expect(target.slab.takenBytes).toBe(8 * KIB)
    const collector = collect(target, 200 * KIB)
    const { targetTransferTag: tag } = (await client.expect(R2T)).values
    expect(target.slab.takenBytes).toBe(256 * KIB)
    sendData(client, { data, start: 8 * KIB, end: 200 * KIB, tag })
    expect(collector.bytes.equals(data)).toBe(true)
    target.hand.nexus.last.finish(Status.good)
  })

  it('that a Data-Out is on its way to stays, even if the task ends in between', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    collect(target, 1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    const bytes = client.bytesOf(DataOut, { initiatorTaskTag: TAG, targetTransferTag, final: true }, { data })
    client.stream.feed(bytes.subarray(0, 500))
    target.hand.nexus.last.terminate()
    const other = target.slab.take(4096)
    other?.bytes.fill(0x11)
    client.stream.feed(bytes.subarray(500))
    expect(other?.bytes.every(byte => byte === 0x11)).toBe(true)
    other?.release()
    await settled()
    expect([client.packets.length, target.slab.takenBytes]).toEqual([0, 0])
  })

  it('counts for its session until the device server has released it, but keeps no other unit waiting', async () => {
    const options = { limits: { dataOutBytes: 256 * KIB }, parameters: { ImmediateData: false } }
    const target = new TestTarget(options)
    const client = await target.loggedIn({ ImmediateData: 'No' })
    const bytes = 200 * KIB
    const luns = [0n, 0n, 0x0001_0000_0000_0000n]
    const [first, second, third] = luns.map(lun =>
      client.command({ write: true, expectedDataTransferLength: bytes, lun }),
    )
    const kept: Slot[] = []
    const [holding, ...waiting] = target.hand.nexus.tasks
    holding?.expectData(bytes)
    holding?.receive({ receivePiece: ({ slot }) => void kept.push(slot) })
    const { targetTransferTag: tag, initiatorTaskTag } = (await client.expect(R2T)).values
    expect(initiatorTaskTag).toBe(first)
    sendData(client, { data: Buffer.alloc(bytes), start: 0, end: bytes, tag })
    for (const task of waiting) task.expectData(bytes)
    expect((await client.expect(R2T)).values.initiatorTaskTag).toBe(third)
    expect(client.packets).toEqual([])
    for (const slot of kept) slot.release()
    expect((await client.expect(R2T)).values.initiatorTaskTag).toBe(second)
  })

  it('that comes unasked is within its share of the session where memory is scarce', async () => {
    const target = new TestTarget({
      slabBytes: 768 * KIB,
      parameters: { InitialR2T: false },
      limits: { dataOutBytes: 512 * KIB },
    })
    const client = await target.loggedIn(KEYS)
    const write = () =>
      client.command({ write: true, expectedDataTransferLength: 100 * KIB }, { data: Buffer.alloc(64 * KIB) })
    for (let i = 0; i < 5; i++) write()
    expect(client.packets).toEqual([])
    const other = target.slab.take(128 * KIB)
    write()
    expect((await client.expect(ScsiResponse)).values.status).toBe(0x08)
    other?.release()
    write()
    await settled()
    expect(client.packets).toEqual([])
    await target.end()
  })
})
