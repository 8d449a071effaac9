import { describe, expect, it } from 'vitest'
import { raised } from './attention.ts'
import { endingsOf } from './device-rules.ts'
import { nexusBegun, nexusLost, unitReset } from './nexus-rules.ts'
import { senses } from './sense-triple.ts'
import { bytesOf, STRANGE, tagsOf } from './tagged-block.ts'
import type { UnitCommand } from './unit-command.ts'
import { freshState, type UnitFacts, type UnitState } from './unit-state.ts'

const facts: UnitFacts = { lun: 0, name: 'unit', blocks: 8, blockSizeBytes: 512, readOnlyFor: [2] }
const start: UnitState = { ...freshState(facts), attentions: { 0: [], 1: [], 2: [] } }
const writeOne: UnitCommand = { kind: 'write', lba: 3, blocks: 1, tags: [9], form: 16, fua: false }

const words = (command: UnitCommand, state: UnitState, nexus = 0): string[] =>
  endingsOf(command, { state, facts, nexus }).map(ending => ending.words)
const after = (command: UnitCommand, state: UnitState, nexus = 0): UnitState =>
  endingsOf(command, { state, facts, nexus })[0]?.state ?? start

describe('a unit by the standards', () => {
  it('tells a unit attention before anything else, once', () => {
    const told = nexusBegun(freshState(facts), 0)
    expect(words(writeOne, told)).toEqual(['CHECK CONDITION 6/29/00'])
    expect(words(writeOne, after(writeOne, told))).toEqual(['GOOD'])
    expect(words({ kind: 'requestSense', descriptor: false }, told)).toEqual(['GOOD with 6/29/00'])
  })

  it('keeps others out that it is reserved by another nexus of, until that is lost', () => {
    const reserved = after({ kind: 'reserve', form: 6 }, start, 1)
    expect(words(writeOne, reserved)).toEqual(['RESERVATION CONFLICT'])
    expect(words(writeOne, reserved, 1)).toEqual(['GOOD'])
    expect(words(writeOne, after({ kind: 'release', form: 6 }, reserved, 0))).toEqual(['RESERVATION CONFLICT'])
    expect(words(writeOne, nexusLost(reserved, 1))).toEqual(['GOOD'])
    expect(unitReset(reserved).holder).toBeUndefined()
  })

  it('tells the others of a change of mode parameters, and refuses writes by SWP', () => {
    const select: UnitCommand = { kind: 'modeSelect', softwareWriteProtect: true, descriptorSense: true }
    const changed = after(select, start)
    expect(changed.attentions).toEqual({ 0: [], 1: [senses.modeParametersChanged], 2: [senses.modeParametersChanged] })
    expect(words(writeOne, changed)).toEqual(['CHECK CONDITION 7/27/02 in descriptor format'])
    expect(words(writeOne, start, 2)).toEqual(['CHECK CONDITION 7/27/00'])
  })

  it('compares and writes both or nothing', () => {
    const swap = (expected: number): UnitCommand => ({
      kind: 'compareAndWrite',
      lba: 3,
      expected: [expected],
      tags: [7],
    })
    const written = after(writeOne, start)
    expect(words(swap(8), written)).toEqual(['CHECK CONDITION e/1d/00'])
    expect(after(swap(8), written).medium[3]).toBe(9)
    expect(after(swap(9), written).medium[3]).toBe(7)
  })

  it('may have unmapped the first of two ranges alone where it was aborted, and never the second alone', () => {
    const two = { kind: 'unmap', ranges: [1, 2].map(lba => ({ lba, blocks: 1 })) } as const
    const full = after({ kind: 'write', lba: 1, blocks: 2, tags: [5, 6], form: 16, fua: false }, start)
    const [ending] = endingsOf(two, { state: full, facts, nexus: 0 })
    const tags = ({ medium }: UnitState) => medium.slice(1, 3)
    expect([ending?.state, ...(ending?.halfway ?? [])].map(state => tags(state ?? start))).toEqual([
      [0, 0],
      [5, 6],
      [0, 6],
    ])
  })

  it('keeps of several resets the one of highest precedence', () => {
    expect(raised([senses.powerOnOrReset], senses.nexusLoss)).toEqual([senses.powerOnOrReset])
    expect(raised([senses.nexusLoss, senses.modeParametersChanged], senses.busDeviceReset)).toEqual([
      senses.busDeviceReset,
    ])
    expect(raised([senses.nexusLoss], senses.modeParametersChanged)).toEqual([
      senses.nexusLoss,
      senses.modeParametersChanged,
    ])
  })
})

describe('the bytes of a block', () => {
  it('tell its tag', () => {
    expect(tagsOf(bytesOf([0, 5, 6], 512), 512)).toEqual([0, 5, 6])
  })

  it('are strange when they are of two tags', () => {
    const torn = Buffer.concat([bytesOf([5], 512).subarray(0, 256), bytesOf([6], 512).subarray(256)])
    expect(tagsOf(torn, 512)).toEqual([STRANGE])
  })
})
