import { Sense, type SenseCode } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import { AttentionQueue, UnitAttentions } from './unit-attentions.ts'

function told(queue: AttentionQueue): SenseCode[] {
  const codes: SenseCode[] = []
  for (let pending = queue.take(); pending; pending = queue.take()) codes.push(pending.code)
  return codes
}

describe('an attention queue', () => {
  it('tells what is no reset in the order of coming', () => {
    const queue = new AttentionQueue()
    queue.raise(Sense.capacityDataHasChanged)
    queue.raise(Sense.modeParametersChanged)
    expect(told(queue)).toEqual([Sense.capacityDataHasChanged, Sense.modeParametersChanged])
  })

  it('clears with a reset what came before it', () => {
    const queue = new AttentionQueue()
    queue.raise(Sense.capacityDataHasChanged)
    queue.raise(Sense.iTNexusLossOccurred)
    queue.raise(Sense.busDeviceResetFunctionOccurred)
    queue.raise(Sense.modeParametersChanged)
    expect(told(queue)).toEqual([Sense.busDeviceResetFunctionOccurred, Sense.modeParametersChanged])
  })

  it('keeps a reset of higher precedence instead of one that says less', () => {
    const queue = new AttentionQueue()
    queue.raise(Sense.powerOnResetOrBusDeviceResetOccurred)
    queue.raise(Sense.iTNexusLossOccurred)
    expect(told(queue)).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred])
  })

  it('is bounded', () => {
    const queue = new AttentionQueue()
    for (let ascq = 0; ascq < 100; ascq++) queue.raise({ key: 6, asc: 0x80, ascq })
    expect(queue.length).toBe(16)
  })
})

describe('the attentions of a unit', () => {
  it('can leave out the nexus that caused one', () => {
    const attentions = new UnitAttentions()
    const [a, b] = [attentions.open('a'), attentions.open('b')]
    for (const queue of [a, b]) told(queue)
    attentions.raise(Sense.modeParametersChanged, { except: 'a' })
    expect([told(a), told(b)]).toEqual([[], [Sense.modeParametersChanged]])
  })
})
