import { DeviceFailure } from '@lunkit/backstores/store'
import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ControlledDevice } from '../../testing/controlled-device.ts'
import { hex, pattern, senseOf, settled, TestDevice, type TestDeviceOptions } from '../../testing/device.ts'

/** A nexus at a passed-through device, whose power-on attention is told. */
function passed(device = new ControlledDevice(), options: TestDeviceOptions = {}) {
  const test = new TestDevice({ ...options, store: { sizeBytes: 0, plugin: 'pscsi', device, ...options.store } })
  const nexus = test.nexus()
  device.handed.length = 0
  return { test, device, nexus }
}

const KiB = 1024
const MiB = 1024 * KiB
const MEDIUM_ERROR = '70000300001234180000000011000000000000000000'

describe('a command for a passed-through device', () => {
  it('reaches it as it came, whatever its operation code, and as long as its group says', async () => {
    const { device, nexus } = passed()
    const cdbs = [
      'c10203040506ff080900',
      '01ff00000000',
      'a3ef0c000000000000020000',
      '9e100000000000000000000000200000',
    ]
    for (const cdb of cdbs) await nexus.run({ cdb: hex(cdb) })
    expect(device.handed.map(({ cdb }) => cdb)).toEqual(cdbs)
  })

  it('has what it reads in the memory that is sent, and counts what was not moved as residual', async () => {
    const { device, nexus } = passed()
    device.answers.push({ data: '0102030405' })
    const task = await nexus.run({ cdb: hex('4d004000000000001000'), readBytes: 16 })
    expect(device.handed).toEqual([{ cdb: '4d004000000000001000', direction: 'in', lengthBytes: 16, data: '' }])
    expect([task.ending, task.sent.toString('hex'), task.lengthBytes]).toEqual([Status.good, '0102030405', 5])
  })

  it('shows nothing of what the memory had before, where a device leaves some of it', async () => {
    const { device, nexus } = passed()
    device.answers.push({ data: 'ff', residualBytes: 0 })
    expect((await nexus.run({ cdb: hex('4d00400000000000 0400'), readBytes: 4 })).sent.toString('hex')).toBe('ff000000')
  })

  it('has what it writes taken once, and counts what the device did not take', async () => {
    const { device, nexus } = passed()
    device.answers.push({ residualBytes: 2 })
    const task = await nexus.run({ cdb: hex('151000000400'), data: hex('01020304') })
    expect(device.handed).toEqual([{ cdb: '151000000400', direction: 'out', lengthBytes: 4, data: '01020304' }])
    expect([task.ending, task.lengthBytes]).toEqual([Status.good, 2])
  })

  it('ends with the sense data of the device byte for byte, and with what it read before', async () => {
    const { device, nexus } = passed()
    device.answers.push({ status: Status.checkCondition, sense: MEDIUM_ERROR, data: 'aabb' })
    const task = await nexus.run({ cdb: hex('28000000123400000100'), readBytes: 512 })
    expect([task.ending, Buffer.from(task.sense ?? []).toString('hex')]).toEqual([Status.checkCondition, MEDIUM_ERROR])
    expect(task.sent.toString('hex')).toBe('aabb')
  })

  it.each([Status.busy, Status.taskSetFull, Status.conditionMet, Status.reservationConflict])(
    'ends with status %i where the device does',
    async status => {
      const { device, nexus } = passed()
      device.answers.push({ status })
      expect((await nexus.run({ cdb: hex('000000000000') })).ending).toBe(status)
    },
  )

  it('never ends with GOOD where the device has not answered', async () => {
    const { device, nexus } = passed()
    for (const failure of Object.values(DeviceFailure)) {
      device.answers.push({ failure })
      const task = await nexus.run({ cdb: hex('28000000000000000100'), readBytes: 512 })
      expect([failure, task.ending === Status.good, task.sent.length]).toEqual([failure, false, 0])
    }
  })

  it.each([
    [DeviceFailure.gone, Sense.logicalUnitFailure],
    [DeviceFailure.timedOut, Sense.logicalUnitCommunicationTimeout],
    [DeviceFailure.refused, Sense.invalidFieldInCdb],
    [DeviceFailure.host, Sense.internalTargetFailure],
  ])('that ends by %s has the sense for it', async (failure, code) => {
    const { device, nexus } = passed()
    device.answers.push({ failure })
    expect(senseOf(await nexus.run({ cdb: hex('000000000000') })).code).toEqual(code)
  })

  it('that ends with CHECK CONDITION alone is told to be tried again', async () => {
    const { device, nexus } = passed()
    device.answers.push({ status: Status.checkCondition })
    expect(senseOf(await nexus.run({ cdb: hex('000000000000') })).code).toEqual(
      Sense.noAdditionalSenseInformationAborted,
    )
  })

  it('is refused with NACA, and with data for both ways', async () => {
    const { device, nexus } = passed()
    const naca = await nexus.run({ cdb: hex('000000000004') })
    const both = await nexus.run({ cdb: hex('53000000000000000100'), readBytes: 512, data: pattern(512) })
    expect([senseOf(naca).code, senseOf(both).code]).toEqual([
      Sense.invalidFieldInCdb,
      Sense.invalidFieldInCommandInformationUnitRefused,
    ])
    expect(device.handed).toEqual([])
  })
})

describe('a READ or WRITE of more than one command may have', () => {
  it('is done by several, each for its blocks', async () => {
    const { device, nexus } = passed(new ControlledDevice({ transferBytes: 100 * KiB, blockBytes: 512 }))
    const data = pattern(300 * KiB)
    const task = await nexus.run({ cdb: hex('2a080000010000025800'), data })
    expect(task.ending).toBe(Status.good)
    expect(device.handed.map(({ cdb }) => cdb)).toEqual([
      '2a080000010000008000',
      '2a080000018000008000',
      '2a080000020000008000',
      '2a080000028000008000',
      '2a080000030000005800',
    ])
    expect(device.handed.map(handed => handed.data).join('')).toBe(data.toString('hex'))
  })

  it('ends where the device does, with what was moved by then', async () => {
    const { device, nexus } = passed(new ControlledDevice({ blockBytes: 512 }))
    device.answers.push({}, { status: Status.checkCondition, sense: MEDIUM_ERROR, residualBytes: 256 * KiB })
    const task = await nexus.run({ cdb: hex('88000000000000000000000006000000'), readBytes: 768 * KiB })
    expect(device.handed.map(({ cdb }) => cdb)).toEqual([
      '88000000000000000000000002000000',
      '88000000000000000200000002000000',
    ])
    expect([task.ending, task.sent.length, task.lengthBytes]).toEqual([Status.checkCondition, 256 * KiB, 256 * KiB])
  })

  it('covers each block once, in order, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(512, 1024, 2048, 4096),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 4 * KiB, max: 256 * KiB }),
        async (blockBytes, blocks, transferBytes) => {
          const { device, nexus } = passed(new ControlledDevice({ transferBytes, blockBytes }))
          const cdb = Buffer.from(hex('a8000000000700000000 0000'))
          cdb.writeUInt32BE(blocks, 6)
          await nexus.run({ cdb, readBytes: blocks * blockBytes })
          let next = 7
          for (const handed of device.handed) {
            const bytes = Buffer.from(handed.cdb, 'hex')
            expect(bytes.readUInt32BE(2)).toBe(next)
            expect(handed.lengthBytes).toBe(bytes.readUInt32BE(6) * blockBytes)
            expect(handed.lengthBytes).toBeLessThanOrEqual(transferBytes)
            next += bytes.readUInt32BE(6)
          }
          expect(next).toBe(7 + blocks)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('is refused where the blocks have no numbers, or the command is another', async () => {
    const tape = passed(new ControlledDevice({ deviceType: 1 }))
    const disk = passed(new ControlledDevice({ blockBytes: 512 }))
    const read = await tape.nexus.run({ cdb: hex('080004000000'), readBytes: 257 * KiB })
    const verify = await disk.nexus.run({ cdb: hex('2f020000000000040000'), data: pattern(512 * KiB) })
    expect([senseOf(read).code, senseOf(verify).code]).toEqual([Sense.invalidFieldInCdb, Sense.invalidFieldInCdb])
  })
})

describe('a READ or WRITE whose data is not what its TRANSFER LENGTH makes of the blocks of the device', () => {
  const disk = () => passed(new ControlledDevice({ transferBytes: MiB, blockBytes: 512 }))
  /** 300 KiB of blocks of 512 bytes. */
  const [read, write] = ['28000000000700025800', '2a000000000700025800']

  it.each([
    ['more of it', 600 * KiB, 300 * KiB],
    ['less of it', 298 * KiB, 0],
    ['protection information with it', 600 * 520, 0],
  ])('reaches it as one, with %s, and what the device leaves is the residual', async (_what, bytes, residualBytes) => {
    const { device, nexus } = disk()
    const data = pattern(bytes)
    device.answers.push({ data: data.subarray(0, bytes - residualBytes).toString('hex') }, { residualBytes })
    const answers = [await nexus.run({ cdb: hex(read), readBytes: bytes }), await nexus.run({ cdb: hex(write), data })]
    expect(device.handed).toEqual([
      { cdb: read, direction: 'in', lengthBytes: bytes, data: '' },
      { cdb: write, direction: 'out', lengthBytes: bytes, data: data.toString('hex') },
    ])
    expect(answers.map(({ ending, lengthBytes }) => [ending, lengthBytes])).toEqual([
      [Status.good, bytes - residualBytes],
      [Status.good, bytes - residualBytes],
    ])
    expect(answers[0]?.sent.equals(data.subarray(0, bytes - residualBytes))).toBe(true)
  })

  it('has the sense data of the device where the device refuses it', async () => {
    const { device, nexus } = disk()
    device.answers.push({ status: Status.checkCondition, sense: MEDIUM_ERROR, residualBytes: 298 * KiB })
    const task = await nexus.run({ cdb: hex(read), readBytes: 298 * KiB })
    expect([task.ending, task.lengthBytes, device.handed.length]).toEqual([Status.checkCondition, 0, 1])
  })

  it('reaches one as one of whose blocks nobody knows how long they are', async () => {
    const { device, nexus } = passed(new ControlledDevice({ transferBytes: MiB }))
    await nexus.run({ cdb: hex(read), readBytes: 300 * KiB })
    expect(device.handed.map(({ cdb, lengthBytes }) => [cdb, lengthBytes])).toEqual([[read, 300 * KiB]])
  })

  it('is refused where the device may not have that much', async () => {
    const { device, nexus } = disk()
    const task = await nexus.run({ cdb: hex(read), readBytes: MiB + 512 })
    expect([senseOf(task).code, device.handed]).toEqual([Sense.invalidFieldInCdb, []])
  })
})

describe('a command of more than a slot holds', () => {
  const long = (deviceType = 1) => passed(new ControlledDevice({ deviceType, transferBytes: MiB }))
  const block = pattern(MiB - 3)
  const writeBlock = '0a000ffffd00'
  const readBlock = '08000ffffd00'

  it('reaches its device as one with all of its data, of whatever kind it is', async () => {
    const { device, nexus } = long()
    device.answers.push({ residualBytes: 7 })
    const task = await nexus.run({ cdb: hex(writeBlock), data: block })
    expect(device.handed).toEqual([
      { cdb: writeBlock, direction: 'out', lengthBytes: MiB - 3, data: block.toString('hex') },
    ])
    expect([task.ending, task.lengthBytes]).toEqual([Status.good, MiB - 10])
  })

  it('has all sent that was read, and counts what was not', async () => {
    const { device, nexus } = long()
    device.answers.push({ data: block.subarray(0, 600 * KiB).toString('hex') })
    const task = await nexus.run({ cdb: hex(readBlock), readBytes: MiB - 3 })
    expect(device.handed).toEqual([{ cdb: readBlock, direction: 'in', lengthBytes: MiB - 3, data: '' }])
    expect([task.ending, task.lengthBytes]).toEqual([Status.good, 600 * KiB])
    expect(task.sent.equals(block.subarray(0, 600 * KiB))).toBe(true)
  })

  it('ends with the sense data of its device, and shows nothing of what the memory had before', async () => {
    const { device, nexus } = long()
    await nexus.run({ cdb: hex(writeBlock), data: block })
    device.answers.push({ status: Status.checkCondition, sense: MEDIUM_ERROR, data: 'aa', residualBytes: MiB - 5 })
    const task = await nexus.run({ cdb: hex(readBlock), readBytes: MiB - 3 })
    expect([task.ending, task.sent.toString('hex')]).toEqual([Status.checkCondition, 'aa00'])
    expect(Buffer.from(task.sense ?? []).toString('hex')).toBe(MEDIUM_ERROR)
  })

  it('waits for the one before it, whose initiator may be slow, and holds none of its data meanwhile', async () => {
    const { device, nexus, test } = long()
    const slow = nexus.submit({ cdb: hex(writeBlock), data: block, slow: true })
    const other = test.nexus('b')
    device.handed.length = 0
    const next = other.submit({ cdb: hex(readBlock), readBytes: MiB - 3 })
    const third = other.submit({ cdb: hex(writeBlock), data: block })
    for (let piece = 0; piece < 4; piece++) {
      await settled()
      expect([device.handed.length, third.expectedBytes, test.slab.takenBytes]).toEqual([0, 0, 0])
      slow.deliver()
    }
    await Promise.all([slow.ended(), next.ended(), third.ended()])
    expect(device.handed.map(({ cdb }) => cdb)).toEqual([writeBlock, readBlock, writeBlock])
  })

  it('that is aborted while it waits, or while its data comes or goes, leaves the memory to the next', async () => {
    const { device, nexus } = long()
    const slow = [
      nexus.submit({ cdb: hex(writeBlock), data: block, slow: true, tag: 1 }),
      nexus.submit({ cdb: hex(writeBlock), data: block, slow: true, tag: 2 }),
      nexus.submit({ cdb: hex(readBlock), readBytes: MiB - 3, slow: true, tag: 3 }),
    ]
    await settled()
    slow[0]?.deliver()
    for (const tag of [2, 1]) expect(await nexus.manage('abortTask', { tag })).toBe('complete')
    await settled()
    expect([device.handed.length, slow[2]?.wantsRoom]).toEqual([1, true])
    expect(await nexus.manage('abortTask', { tag: 3 })).toBe('complete')
    expect((await nexus.run({ cdb: hex(readBlock), readBytes: MiB - 3 })).ending).toBe(Status.good)
  })

  it('that its device may not have is refused, but one that may be told less is asked for less', async () => {
    const { device, nexus } = long(0)
    const tooLong = await nexus.run({ cdb: hex('3b050000000000100100'), data: pattern(MiB + 256) })
    expect([senseOf(tooLong).code, device.handed]).toEqual([Sense.invalidFieldInCdb, []])
    const asked = ['a30c000000000fffffff0000', 'a30c00000000000000200000', '3c0200000000ffffff00']
    for (const cdb of asked) {
      device.answers.push({ data: '00000008' })
      const task = await nexus.run({ cdb: hex(cdb), readBytes: 2 * MiB })
      expect([task.ending, task.sent.toString('hex')]).toEqual([Status.good, '00000008'])
    }
    expect(device.handed.map(({ cdb, lengthBytes }) => [cdb, lengthBytes])).toEqual([
      ['a30c00000000001000000000', MiB],
      ['a30c00000000000000200000', MiB],
      ['3c020000000010000000', MiB],
    ])
  })
})

describe('a task for a passed-through device that is aborted', () => {
  it('is waited for, and what it read is not sent', async () => {
    const { device, nexus } = passed()
    device.held = true
    const task = nexus.submit({ cdb: hex('28000000000000000100'), readBytes: 512, tag: 77 })
    await settled()
    const response = nexus.manage('abortTask', { tag: 77 })
    await settled()
    expect(task.ending).toBe('silently')
    device.release()
    expect([await response, task.sent.length]).toEqual(['complete', 0])
  })

  it('by a reset ends when the device has been reset, which every other initiator is told', async () => {
    const { device, nexus, test } = passed()
    const other = test.nexus('b')
    device.handed.length = 0
    device.held = true
    nexus.submit({ cdb: hex('2a000000000000000100'), data: pattern(512) })
    await settled()
    expect([await nexus.manage('logicalUnitReset'), device.resets]).toEqual(['complete', 1])
    expect(senseOf(await other.run({ cdb: hex('000000000000') })).code).toEqual(Sense.busDeviceResetFunctionOccurred)
  })

  it('before it has come to its turn never reaches the device', async () => {
    const { device, nexus } = passed()
    nexus.submit({ cdb: hex('28000000000000000100'), readBytes: 512, tag: 5, slow: true })
    await settled()
    expect(await nexus.manage('abortTask', { tag: 5 })).toBe('complete')
    expect(device.handed).toEqual([])
  })
})
