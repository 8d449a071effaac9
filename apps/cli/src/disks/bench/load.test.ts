import type { CommandListener, CommandRequest, LogicalUnit } from '@lunkit/initiator'
import { Sense, Status } from '@lunkit/initiator'
import { encodeSense } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import { Load } from './load.ts'

/** A unit that answers when it is told to. */
class HandUnit {
  readonly number = 3
  readonly sent: CommandRequest[] = []
  readonly #listeners: CommandListener[] = []
  /** The session is over. */
  isOver = false
  readonly session = {
    submit: (request: CommandRequest, listener: CommandListener): void => {
      if (this.isOver) throw new Error('the session is over')
      this.sent.push({ ...request, cdb: Uint8Array.from(request.cdb) })
      this.#listeners.push(listener)
    },
  }

  /** The oldest command ends. */
  answer(status: number = Status.good, sense: Uint8Array = new Uint8Array()): void {
    this.#listeners.shift()?.ended({ status, sense, data: new Uint8Array(), underflowBytes: 0, overflowBytes: 0 })
  }

  /** The oldest command fails. */
  fail(reason: Error): void {
    this.#listeners.shift()?.failed(reason)
  }

  get cdbs(): readonly string[] {
    return this.sent.map(({ cdb }) => Buffer.from(cdb).toString('hex'))
  }
}

function loadOn(unit: HandUnit, { depth = 2, writes = false, nowMs = (): number => 0 } = {}): Load {
  let at = 0
  const next = (places: number): number => at++ % places
  const size = { blocks: 25, blocksAtOnce: 8, blockSizeBytes: 512 }
  return new Load({ unit: unit as unknown as LogicalUnit, ...size, depth, writes, next, nowMs })
}

describe('a load', () => {
  it('has so many commands on their way at once, each at a place where all of it is on the disk', async () => {
    const unit = new HandUnit()
    const load = loadOn(unit)
    expect(unit.sent).toHaveLength(2)
    unit.answer()
    unit.answer()
    expect(unit.cdbs).toEqual(['00', '08', '10', '00'].map(lba => `8800${lba.padStart(16, '0')}000000080000`))
    expect(unit.sent.map(({ lun, read }) => ({ lun, read: (read as Uint8Array).length }))).toEqual(
      unit.sent.map(() => ({ lun: 3, read: 4096 })),
    )
    const ended = load.end()
    unit.answer()
    unit.answer()
    await ended
    expect({ operations: load.operations, sent: unit.sent.length }).toEqual({ operations: 4, sent: 4 })
  })

  it('writes what says where it comes from', () => {
    const unit = new HandUnit()
    loadOn(unit, { writes: true, depth: 1 })
    expect(unit.cdbs[0]).toBe('8a000000000000000000000000080000')
    expect(Buffer.from(unit.sent[0]?.write ?? []).toString('latin1', 0, 26)).toBe('lunkit bench lunkit bench ')
  })

  it('counts how long each took, in nanoseconds, and at least one', () => {
    let now = 0
    const unit = new HandUnit()
    const load = loadOn(unit, { depth: 1, nowMs: () => now })
    unit.answer()
    expect(load.latencies.max).toBe(1)
    now = 2.5
    unit.answer()
    expect(load.latencies.max / 2_500_000).toBeCloseTo(1, 2)
  })

  it.each([
    [false, 'READ (16)'],
    [true, 'WRITE (16)'],
  ])('begins nothing more once a command is refused, and says which: writes %j', async (writes, name) => {
    const unit = new HandUnit()
    const load = loadOn(unit, { writes })
    unit.answer(Status.checkCondition, encodeSense({ code: Sense.writeProtected }, false))
    expect({ isEnding: load.isEnding, sent: unit.sent.length }).toEqual({ isEnding: true, sent: 2 })
    unit.fail(new Error('later'))
    await expect(load.end()).rejects.toThrow(`${name}: checkCondition, writeProtected`)
    expect(load.operations).toBe(0)
  })

  it('ends when the session is gone, whether a command was on its way or not', async () => {
    const unit = new HandUnit()
    const load = loadOn(unit)
    unit.isOver = true
    unit.answer()
    unit.fail(new Error('reset'))
    await expect(load.end()).rejects.toThrow('the session is over')
    expect(load.operations).toBe(1)
  })
})
