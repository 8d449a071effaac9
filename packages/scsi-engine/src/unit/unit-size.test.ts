import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, senseOf, TestDevice } from '../testing/device.ts'

const KIB = 1024
const testUnitReady = { cdb: hex('00 00 00 00 00 00') }
/** The last KiB of the first 512. */
const LAST = '000003FE'
const read = { cdb: hex(`28 00 ${LAST} 00 0002 00`), readBytes: KIB }
const write = { cdb: hex(`2A 00 ${LAST} 00 0002 00`), data: Buffer.alloc(KIB, 1) }
const outOfRange = { key: 0x5, asc: 0x21, ascq: 0x00 }

describe('a unit that becomes larger or smaller', () => {
  it('tells every nexus once (2A/09), and how large it is', async () => {
    const device = new TestDevice()
    const nexuses = [device.nexus('a'), device.nexus('b')]
    expect(await device.unit.resize(2048 * KIB)).toBeUndefined()
    for (const nexus of nexuses) {
      expect(senseOf(nexus.submit(testUnitReady)).code).toEqual({ key: 0x6, asc: 0x2a, ascq: 0x09 })
      const capacity = await nexus.run({ cdb: hex('25 00 00000000 0000 00 00'), readBytes: 8 })
      expect(capacity.sent.toString('hex')).toBe('00000fff00000200')
      expect(nexus.submit(testUnitReady).ending).toBe(Status.good)
    }
  })

  it('says why it is not, and tells nobody', async () => {
    const device = new TestDevice({ attributes: { blockSizeBytes: 4096 } })
    const nexus = device.nexus()
    expect(await device.unit.resize(undefined)).toBe('unsupported')
    await expect(device.unit.resize(4095)).rejects.toThrow(RangeError)
    expect(nexus.submit(testUnitReady).ending).toBe(Status.good)
  })

  it('ends what comes for blocks that are gone with 21/00, and what the store has of them as the store says', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const [reading, writing] = [nexus.submit(read), nexus.submit({ ...write, cdb: hex('2A 00 000003FC 00 0002 00') })]
    await device.unit.resize(256 * KIB)
    nexus.submit(testUnitReady)
    const late = { ...write, cdb: hex('2A 00 000003F0 00 0002 00') }
    expect([senseOf(nexus.submit(read)).code, senseOf(nexus.submit(late)).code]).toEqual([outOfRange, outOfRange])
    device.store.complete(device.store.underWay[0], 'gone')
    device.store.complete()
    expect([senseOf(reading).code, writing.ending]).toEqual([outOfRange, Status.good])
  })

  it.each([
    ['READ', { cdb: hex('28 00 00000000 00 0400 00'), readBytes: 512 * KIB }],
    ['WRITE', { cdb: hex('2A 00 00000000 00 0400 00'), data: Buffer.alloc(512 * KIB) }],
    ['WRITE AND VERIFY', { cdb: hex('2E 00 00000000 00 0400 00'), data: Buffer.alloc(512 * KIB) }],
    ['VERIFY', { cdb: hex('2F 02 00000000 00 0400 00'), data: Buffer.alloc(512 * KIB) }],
    ['WRITE SAME', { cdb: hex('41 00 00000000 00 0400 00'), data: Buffer.alloc(512, 1) }],
  ])(
    'ends a %s at the piece that is not there any more with 21/00, and nobody is told of a failure',
    async (_, options) => {
      const told: unknown[] = []
      const device = new TestDevice({ listener: event => void told.push(event) })
      const nexus = device.nexus()
      device.store.began = () => {
        device.store.began = undefined
        void device.unit.resize(256 * KIB)
      }
      const task = nexus.submit(options)
      expect([senseOf(await task.ended()).code, told]).toEqual([outOfRange, [{ kind: 'resized' }]])
    },
  )

  it('keeps the sense of a medium that is gone for what is on it', () => {
    const device = new TestDevice()
    device.store.faults.set('read', 'gone')
    expect(senseOf(device.nexus().submit(read)).code).toEqual(Sense.mediumNotPresent)
  })
})
