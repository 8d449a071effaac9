import { encodeSense, Sense, type SenseCode } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import { type AttentionNotice, attentionOf } from './attention.ts'
import type { ConnectOptions } from './connect-options.ts'
import { ScsiError } from './error.ts'
import { isUnitAttention } from './primary-unit.ts'
import { type Answer, beginAnswering, type ReceivedCommand } from './testing/answering-target.ts'

const capacity16 = Buffer.from(`00000000000007ff00000200${'00'.repeat(20)}`, 'hex')
const block = Buffer.alloc(512, 7)

/** A unit that answers commands for its blocks with what is queued, and with GOOD when nothing is. */
async function begin(queued: Answer[], options: Partial<ConnectOptions> = {}) {
  const notices: AttentionNotice[] = []
  const answer = ({ cdb }: ReceivedCommand): Answer => {
    const usual = cdb.startsWith('9e10') ? capacity16 : cdb.startsWith('88') ? block : undefined
    return queued.shift() ?? usual
  }
  const listener = { attention: (notice: AttentionNotice) => notices.push(notice) }
  const { session, received } = await beginAnswering(answer, { listener, ...options })
  const blockCommands = () => received.filter(({ cdb }) => /^(88|8a)/.test(cdb)).length
  return { session, unit: session.lun(1), notices, blockCommands }
}

describe('the first command of a unit', () => {
  it('passes over what the unit had to say at the start, which is told', async () => {
    const { session, unit, notices } = await begin([
      Sense.powerOnResetOrBusDeviceResetOccurred,
      Sense.reportedLunsDataHasChanged,
      Sense.capacityDataHasChanged,
    ])
    expect(await unit.read(0, 1)).toEqual(block)
    expect(notices.map(({ lun, name, passed }) => [lun, name, passed])).toEqual([
      [1, 'powerOnResetOrBusDeviceResetOccurred', true],
      [1, 'reportedLunsDataHasChanged', true],
      [1, 'capacityDataHasChanged', true],
    ])
    await session.close()
  })

  it('fails with it where commands deal with attentions themselves', async () => {
    const { session, unit, notices } = await begin([Sense.reportedLunsDataHasChanged], { attentions: 'command' })
    await expect(unit.read(0, 1)).rejects.toThrow('READ CAPACITY (16): checkCondition, reportedLunsDataHasChanged')
    expect(notices.map(({ passed }) => passed)).toEqual([false])
    expect(await unit.read(0, 1)).toEqual(block)
    await session.close()
  })
})

describe('a later command', () => {
  const passed: [name: string, code: SenseCode][] = [
    ['a reset', Sense.busDeviceResetFunctionOccurred],
    ['changed mode parameters', Sense.modeParametersChanged],
    ['changed LUNs', Sense.reportedLunsDataHasChanged],
    ['commands that another initiator cleared', Sense.commandsClearedByAnotherInitiator],
  ]
  it.each(passed)('is sent again after %s: it was not carried out', async (_, code) => {
    const queued: Answer[] = []
    const { session, unit, notices, blockCommands } = await begin(queued)
    await unit.write(0, block)
    queued.push(code)
    await unit.write(1, block)
    expect(blockCommands()).toBe(3)
    expect(notices).toHaveLength(1)
    await session.close()
  })

  const lost: [name: string, code: SenseCode][] = [
    ['its reservation was preempted', Sense.reservationsPreempted],
    ['its reservation was released', Sense.reservationsReleased],
    ['its registration was preempted', Sense.registrationsPreempted],
    ['the medium may have changed', Sense.notReadyToReadyChangeMediumMayHaveChanged],
    ['the capacity has changed', Sense.capacityDataHasChanged],
  ]
  it.each(lost)('fails when %s, and is not sent again', async (_, code) => {
    const queued: Answer[] = []
    const { session, unit, notices, blockCommands } = await begin(queued)
    await unit.write(0, block)
    queued.push(code)
    await expect(unit.write(1, block)).rejects.toMatchObject({ senseKey: 6, sense: { code } })
    expect(blockCommands()).toBe(2)
    expect(notices.map(({ passed }) => passed)).toEqual([false])
    await session.close()
  })

  it('fails after a reset that took the reservation of this session', async () => {
    const queued: Answer[] = []
    const { session, unit } = await begin(queued)
    await unit.reserve()
    queued.push(Sense.busDeviceResetFunctionOccurred)
    await expect(unit.write(1, block)).rejects.toMatchObject({ senseName: 'busDeviceResetFunctionOccurred' })
    await unit.write(1, block)
    await session.close()
  })

  it('is sent again after a reset when the reservation is lost already, or was given back', async () => {
    const queued: Answer[] = []
    const { session, unit, notices } = await begin(queued)
    for (const lost of [Sense.busDeviceResetFunctionOccurred, Sense.reservationsReleased]) {
      await unit.reserve()
      queued.push(lost)
      await expect(unit.write(1, block)).rejects.toMatchObject({ sense: { code: lost } })
      queued.push(Sense.busDeviceResetFunctionOccurred)
      await unit.write(1, block)
    }
    await unit.reserve()
    await unit.release()
    queued.push(Sense.busDeviceResetFunctionOccurred)
    await unit.write(1, block)
    expect(notices.map(({ passed }) => passed)).toEqual([false, true, false, true, true])
    await session.close()
  })

  it('is not sent again for ever', async () => {
    const endless = Array.from({ length: 20 }, () => Sense.modeParametersChanged)
    const { session, unit, notices } = await begin(endless)
    await expect(unit.testUnitReady()).rejects.toThrow('modeParametersChanged')
    expect(notices).toHaveLength(9)
    await session.close()
  })
})

describe('what was said of an earlier command', () => {
  const attention = encodeSense({ code: Sense.modeParametersChanged, deferred: true }, false)

  it('is no unit attention: that command may have been carried out', () => {
    expect(attentionOf(new ScsiError('WRITE (16)', 2, attention))).toBeUndefined()
    expect(attentionOf(new ScsiError('WRITE (16)', 8, new Uint8Array(0)))).toBeUndefined()
    expect(attentionOf(new Error('no SCSI at all'))).toBeUndefined()
  })
})

describe('a unit attention', () => {
  it('is told by a question for any error', () => {
    const errorOf = (code: SenseCode) => new ScsiError('READ (16)', 2, encodeSense({ code }, false))
    expect(isUnitAttention(errorOf(Sense.modeParametersChanged))).toBe(true)
    expect(isUnitAttention(errorOf(Sense.mediumNotPresent))).toBe(false)
    expect(isUnitAttention(new ScsiError('READ (16)', 8, new Uint8Array(0)))).toBe(false)
    expect(isUnitAttention(new Error('no SCSI at all'))).toBe(false)
  })
})
