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
    const { device, nexus } = passed(new ControlledDevice({ transferBytes: 100 * KiB }))
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
    const { device, nexus } = passed()
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
          const { device, nexus } = passed(new ControlledDevice({ transferBytes }))
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
    const disk = passed()
    const read = await tape.nexus.run({ cdb: hex('080004000000'), readBytes: 257 * KiB })
    const verify = await disk.nexus.run({ cdb: hex('2f020000000000040000'), data: pattern(512 * KiB) })
    expect([senseOf(read).code, senseOf(verify).code]).toEqual([Sense.invalidFieldInCdb, Sense.invalidFieldInCdb])
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
