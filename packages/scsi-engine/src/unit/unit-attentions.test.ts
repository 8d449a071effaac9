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

  it('keeps a deferred error beside the same of now, and clears the latter alone', () => {
    const queue = new AttentionQueue()
    for (const deferred of [true, false, true, false]) queue.raise(Sense.writeError, deferred)
    expect([queue.length, queue.has(Sense.writeError), queue.has(Sense.writeError, true)]).toEqual([2, true, true])
    queue.clear(Sense.writeError)
    queue.clear(Sense.writeError)
    expect([queue.has(Sense.writeError), queue.take()]).toEqual([false, { code: Sense.writeError, deferred: true }])
  })

  it('is bounded', () => {
    const queue = new AttentionQueue()
    for (let ascq = 0; ascq < 100; ascq++) queue.raise({ key: 6, asc: 0x80, ascq })
    expect(queue.length).toBe(16)
  })
})

describe('the attentions of a unit', () => {
  it('of a nexus that is open, or open again, are kept whatever many others are forgotten', () => {
    const attentions = new UnitAttentions()
    const open = attentions.open('open')
    const again = attentions.open('again')
    attentions.close('again')
    attentions.open('again')
    for (const queue of [open, again]) told(queue)
    for (let i = 0; i < 1100; i++) {
      attentions.open(`n${i}`)
      attentions.close(`n${i}`)
    }
    expect(attentions.known).toBe(1026)
    attentions.raise(Sense.modeParametersChanged)
    expect([told(open), told(again)]).toEqual(Array(2).fill([Sense.modeParametersChanged]))
  })

  it('of a nexus that nobody knows are none', () => {
    const attentions = new UnitAttentions()
    attentions.raiseFor('nobody', Sense.modeParametersChanged)
    attentions.close('nobody')
    expect([attentions.known, attentions.take('nobody')]).toEqual([0, undefined])
  })

  it('can leave out the nexus that caused one', () => {
    const attentions = new UnitAttentions()
    const [a, b] = [attentions.open('a'), attentions.open('b')]
    for (const queue of [a, b]) told(queue)
    attentions.raise(Sense.modeParametersChanged, { except: 'a' })
    expect([told(a), told(b)]).toEqual([[], [Sense.modeParametersChanged]])
  })
})
