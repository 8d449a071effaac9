import { TaskAttribute } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { CommandEvent } from './burst-event.ts'
import { linearize } from './linearization.ts'
import type { Observation } from './observation.ts'
import { senses } from './sense-triple.ts'
import type { UnitCommand } from './unit-command.ts'
import { freshState, type NexusId, type UnitFacts, type UnitState } from './unit-state.ts'

const facts: UnitFacts = { lun: 0, name: 'unit', blocks: 8, blockSizeBytes: 512, readOnlyFor: [] }
const start: UnitState = { ...freshState(facts), attentions: { 0: [], 1: [] } }
const select: UnitCommand = { kind: 'modeSelect', softwareWriteProtect: false, descriptorSense: true }
const good: Observation = { ended: 'good', data: Buffer.alloc(0), underflowBytes: 0, overflowBytes: 0 }

function selecting(nexus: NexusId, earlier: boolean): CommandEvent {
  const event = new CommandEvent({ nexus, at: nexus, facts, attribute: TaskAttribute.simple }, select, good)
  if (earlier) event.allowEarlierBeginning()
  return event
}

const attentionsAfter = (earlier: boolean): unknown[] =>
  linearize([start], [selecting(0, earlier), selecting(1, earlier)]).map(({ attentions }) => attentions)

describe('two changes of mode parameters that were on their way together', () => {
  it('may both be made by commands that were enabled before; the one of the later is told of the earlier then', () => {
    expect(attentionsAfter(true)).toEqual([
      { 0: [], 1: [senses.modeParametersChanged] },
      { 0: [senses.modeParametersChanged], 1: [] },
    ])
  })

  it('have no order where none of them was enabled before', () => {
    expect(attentionsAfter(false)).toEqual([])
  })
})
