import { ScsiCommand, TaskAttribute, TaskManagementFunction, TaskManagementRequest } from '@lunkit/pdu'
import { Read10, Release6, Reserve6, Write10 } from '@lunkit/scsi'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import type { PduStep, Step } from './case.ts'
import { anyCommand } from './command.ts'

const BLOCK_BYTES = 512
/** More than a session may have of them. */
const FLOOD = 24

interface Wanted {
  readonly on: number
  readonly cdb: Uint8Array
  readonly tag?: number
  readonly immediate?: boolean
  readonly readBytes?: number
  readonly writeBytes?: number
  readonly sentBytes?: number
  readonly attribute?: TaskAttribute
}

/** A SCSI Command for LUN 0. */
function command(random: SeededRandom, wanted: Wanted): PduStep {
  const { on, cdb, tag = random.next() % 0xffff_fff0, readBytes = 0, writeBytes = 0, sentBytes = 0 } = wanted
  const header = ScsiCommand.encode({
    immediate: wanted.immediate ?? false,
    final: true,
    read: readBytes > 0,
    write: writeBytes > 0,
    attribute: wanted.attribute ?? TaskAttribute.simple,
    expectedDataTransferLength: writeBytes || readBytes,
    initiatorTaskTag: tag,
    cdb,
  })
  const bound = { cmdSN: 0, expStatSN: 0 }
  const step: PduStep = { do: 'pdu', on, header: Buffer.from(header).toString('hex'), bound }
  return sentBytes > 0 ? { ...step, patternBytes: sentBytes } : step
}

function read(random: SeededRandom, on: number, immediate = false): PduStep {
  const blocks = random.between(1, 16)
  const cdb = Read10.encode({ lba: random.below(64), blocks })
  return command(random, { on, cdb, immediate, readBytes: blocks * BLOCK_BYTES })
}

/** A write whose data comes with it, or is asked for. */
function write(random: SeededRandom, on: number, tag?: number): PduStep {
  const blocks = random.pick([1, 4, 16, 64, 200, 600])
  const cdb = Write10.encode({ lba: random.below(64), blocks, fua: random.once(3) })
  const writeBytes = blocks * BLOCK_BYTES
  const attribute = random.once(3) ? TaskAttribute.ordered : TaskAttribute.simple
  const sentBytes = random.once(2) ? Math.min(writeBytes, 8192) : 0
  return command(random, { on, cdb, writeBytes, sentBytes, attribute, ...(tag !== undefined && { tag }) })
}

function manage(random: SeededRandom, on: number, referencedTaskTag: number): PduStep {
  const { abortTask, abortTaskSet, clearTaskSet, logicalUnitReset, targetWarmReset, targetColdReset, iTNexusReset } =
    TaskManagementFunction
  const ends = [
    abortTask,
    abortTask,
    abortTaskSet,
    clearTaskSet,
    logicalUnitReset,
    targetWarmReset,
    targetColdReset,
    iTNexusReset,
  ]
  const header = TaskManagementRequest.encode({
    immediate: true,
    function: random.pick(ends),
    initiatorTaskTag: random.next() % 0xffff_fff0,
    referencedTaskTag,
  })
  return { do: 'pdu', on, header: Buffer.from(header).toString('hex'), bound: { cmdSN: 0, expStatSN: 0 } }
}

const several = (random: SeededRandom, most: number, make: (i: number) => Step): Step[] =>
  Array.from({ length: random.between(1, most) }, (_, i) => make(i))

/** One session holds the unit, the other asks for it. */
function reserved(random: SeededRandom): Step[] {
  const reserve = command(random, { on: 1, cdb: Reserve6.encode({}) })
  const release = command(random, { on: random.below(2), cdb: Release6.encode({}) })
  const asked = several(random, 6, () => anyCommand(random, 0))
  return [reserve, { do: 'settle' }, ...asked, ...(random.once(2) ? [release] : []), read(random, 0)]
}

/** More commands than may be in progress, on a store that is slow or stands still. */
function flooded(random: SeededRandom): Step[] {
  const immediate = random.once(2)
  const slow: Step = { do: 'slow', disk: 0, turns: random.pick([1, 5, -1]) }
  const reads = Array.from({ length: FLOOD }, () => read(random, random.once(6) ? 1 : 0, immediate))
  return [slow, ...reads, ...(random.once(2) ? [{ do: 'settle' } as const] : [])]
}

/** Commands under way are ended from outside: by a function, a lost connection, or a login that takes their place. */
function ended(random: SeededRandom, again: Step): Step[] {
  const tag = random.below(0xffff)
  const slow: Step = { do: 'slow', disk: 0, turns: random.pick([1, 3, 10, -1]) }
  const underWay = several(random, 8, i =>
    i === 0 || random.once(2) ? write(random, random.below(2), tag + i) : read(random, 0),
  )
  const some = random.once(2) ? [{ do: 'answer', on: 0, parts: random.between(1, 3) } as const] : []
  const ends: Step[] = [manage(random, random.below(2), tag), { do: 'hangUp', on: 0 }, again, manage(random, 1, tag)]
  const later = several(random, 3, () => write(random, 1))
  return [slow, ...underWay, ...some, random.pick(ends), ...later, ...(random.once(2) ? [manage(random, 1, tag)] : [])]
}

/** Functions that end commands whose data is still to be sent; some of it comes after them, or time passes. */
function owing(random: SeededRandom): Step[] {
  const tag = random.below(0xffff)
  const writes = several(random, 3, i => write(random, 0, tag + i))
  const end = manage(random, random.once(4) ? 1 : 0, tag)
  const pass: Step = { do: 'pass', ms: random.pick([500, 1500, 2000, 3000]) }
  const all: Step = { do: 'answer', on: 0, parts: random.between(1, 3) }
  const first: Step = { do: 'answer', on: 0, parts: 1, most: 1 }
  return [...writes, { do: 'settle' }, end, random.pick([pass, all, first]), { do: 'settle' }]
}

/** Large transfers in both directions at a peer that reads now and then. */
function congested(random: SeededRandom): Step[] {
  const reads = several(random, 12, () => {
    const blocks = random.pick([64, 128, 512, 1000])
    return command(random, { on: 0, cdb: Read10.encode({ lba: 0, blocks }), readBytes: blocks * BLOCK_BYTES })
  })
  const writes = several(random, 4, () => write(random, 0))
  const blocked: Step[] = [{ do: 'block', on: 0 }, ...reads, { do: 'settle' }, ...writes]
  return [...blocked, { do: 'unblock', on: 0 }, { do: 'answer', on: 0, parts: 2 }, { do: 'settle' }]
}

/** What rarely comes of steps that are picked one by one. `again` logs the first session in anew. */
export function anyScenario(random: SeededRandom, again: Step): Step[] {
  return random.pick([reserved, flooded, congested, owing, () => ended(random, again), () => ended(random, again)])(
    random,
  )
}
