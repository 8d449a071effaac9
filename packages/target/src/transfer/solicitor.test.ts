import type { Slot } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { TARGET_LIMITS } from '../limits.ts'
import { TargetStatistics } from '../statistics.ts'
import { Solicitor, type SolicitorSession } from './solicitor.ts'
import { type IscsiTask, TaskLife } from './task.ts'

const PIECE = 256 * 1024

/** A write of which so many bursts are still to be asked for, each with memory of its own. */
class Write {
  life: TaskLife = TaskLife.running
  readonly tag: number
  readonly lun: number
  readonly lunField: bigint
  readonly connection: object
  readonly dataOut = {
    failure: undefined as unknown,
    owesUnsolicited: false,
    owed: 0,
    piecesAhead: 0,
    missingMemoryBytes: PIECE,
    r2ts: 0,
    solicitedBytes: 0,
    left: 0,
    get allSolicited(): boolean {
      return this.left === 0
    },
    giveMemory(_slot: Slot): void {
      this.missingMemoryBytes = 0
      this.piecesAhead++
    },
    solicit(_tag: number, maxBurstBytes: number): number {
      this.left--
      this.owed++
      this.solicitedBytes += maxBurstBytes
      this.missingMemoryBytes = PIECE
      return maxBurstBytes
    },
  }

  constructor(tag: number, { lun = 0, bursts = 1, connection = {} }: WriteOptions = {}) {
    this.tag = tag
    this.lun = lun
    this.lunField = BigInt(lun) << 48n
    this.connection = connection
    this.dataOut.left = bursts
  }

  get task(): IscsiTask {
    return this as unknown as IscsiTask
  }
}

interface WriteOptions {
  readonly lun?: number
  readonly bursts?: number
  readonly connection?: object
}

/** A solicitor, the memory that a test lets it have, and the R2Ts that it has sent. */
function setUp({ maxOutstandingR2Ts = 1, piecesAhead = 2 } = {}) {
  const sent: Record<string, unknown>[] = []
  const owed: [number, number][] = []
  const statistics = new TargetStatistics()
  const wishes: ((slot: Slot) => void)[] = []
  const memory = { allowedBytes: PIECE, there: true, atOnce: false, takenBack: 0, used: new Set<number>() }
  const owing = new Set<number>()
  const slot = {} as Slot
  const session = {
    limits: { ...TARGET_LIMITS, piecesAhead },
    statistics,
    maxBurstBytes: 65_536,
    maxOutstandingR2Ts,
    memory: {
      allows: (lengthBytes: number) => lengthBytes <= memory.allowedBytes,
      take: () => (memory.there ? slot : undefined),
      takeLater: (_bytes: number, _lun: number, give: (slot: Slot) => void) => {
        if (memory.atOnce) give(slot)
        else wishes.push(give)
        return () => {
          memory.takenBack++
        }
      },
      isUsedBy: (lun: number) => memory.used.has(lun),
    },
    tasks: {
      owedFor: (lun: number) => owing.has(lun),
      owes: (task: IscsiTask, tag: number) => owed.push([task.tag, tag]),
    },
  }
  const solicitor = new Solicitor(session as unknown as SolicitorSession)
  const outbox = {
    tell: () => {
      const pdu: Record<string, unknown> = {}
      sent.push(pdu)
      return pdu
    },
    end: () => {},
  }
  const write = (tag: number, options: Omit<WriteOptions, 'connection'> = {}) =>
    new Write(tag, { ...options, connection: { outbox } })
  const tags = (): unknown[] => sent.map(pdu => pdu['initiatorTaskTag'])
  return { solicitor, memory, owing, wishes, sent, owed, statistics, write, tags, slot }
}

describe('the data of a write', () => {
  it('is asked for burst by burst, each with a tag of its own', () => {
    const { solicitor, write, sent, owed, statistics } = setUp({ maxOutstandingR2Ts: 2 })
    solicitor.want(write(7, { lun: 3, bursts: 2 }).task)
    expect(sent).toEqual([
      {
        initiatorTaskTag: 7,
        lun: 3n << 48n,
        targetTransferTag: 0,
        r2tSN: 0,
        bufferOffset: 0,
        desiredDataTransferLength: 65_536,
      },
      {
        initiatorTaskTag: 7,
        lun: 3n << 48n,
        targetTransferTag: 1,
        r2tSN: 1,
        bufferOffset: 65_536,
        desiredDataTransferLength: 65_536,
      },
    ])
    expect([owed, statistics.get('r2tsSent')]).toEqual([
      [
        [7, 0],
        [7, 1],
      ],
      2,
    ])
  })

  it('is asked for no further than there may be R2Ts, and goes on when one was answered', () => {
    const { solicitor, write, tags } = setUp()
    const one = write(1, { bursts: 3 })
    solicitor.want(one.task)
    solicitor.run()
    expect(tags()).toEqual([1])
    one.dataOut.owed = 0
    solicitor.run()
    expect(tags()).toEqual([1, 1])
  })

  it('is asked for no further ahead than there may be pieces', () => {
    const { solicitor, write, tags } = setUp({ maxOutstandingR2Ts: 9, piecesAhead: 2 })
    const one = write(1, { bursts: 5 })
    solicitor.want(one.task)
    expect(tags()).toEqual([1, 1])
    one.dataOut.piecesAhead = 1
    solicitor.run()
    expect(tags()).toEqual([1, 1, 1])
  })

  it('is not asked for while some of it comes unasked, nor of a task that has ended or broken a rule', () => {
    const { solicitor, write, tags } = setUp()
    const [unasked, ended, failed, right] = [1, 2, 3, 4].map(tag => write(tag)) as [Write, Write, Write, Write]
    unasked.dataOut.owesUnsolicited = true
    ended.life = TaskLife.ended
    failed.dataOut.failure = {}
    for (const { task } of [unasked, ended, failed, right]) solicitor.want(task)
    expect(tags()).toEqual([4])
    unasked.dataOut.owesUnsolicited = false
    ended.life = TaskLife.running
    failed.dataOut.failure = undefined
    solicitor.run()
    // The two were forgotten.
    expect(tags()).toEqual([4, 1])
  })

  it('is wanted once, however often that is said of its rest', () => {
    const { solicitor, write, tags } = setUp()
    const one = write(1, { bursts: 2 })
    one.dataOut.owesUnsolicited = true
    solicitor.want(one.task)
    solicitor.wantRest(one.task)
    one.dataOut.owesUnsolicited = false
    solicitor.run()
    one.dataOut.owed = 0
    solicitor.forget(one.task)
    expect(tags()).toEqual([1])
    solicitor.wantRest(one.task)
    solicitor.run()
    expect(tags()).toEqual([1, 1])
  })
})

describe('where the session may have no more memory', () => {
  it('the first write of each unit still gets a burst, and those behind it wait', () => {
    const { solicitor, write, memory, tags } = setUp()
    memory.allowedBytes = 0
    for (const [tag, lun] of [
      [1, 0],
      [2, 0],
      [3, 5],
      [4, 5],
    ] as const)
      solicitor.want(write(tag, { lun, bursts: 2 }).task)
    expect(tags()).toEqual([1, 3])
  })

  it.each(['owed', 'used'] as const)('gets none while there is some for its unit that will be free (%s)', how => {
    const { solicitor, write, memory, owing, tags } = setUp()
    memory.allowedBytes = 0
    const having = how === 'owed' ? owing : memory.used
    having.add(0)
    solicitor.want(write(1, { lun: 0 }).task)
    solicitor.want(write(2, { lun: 1 }).task)
    expect(tags()).toEqual([2])
    having.delete(0)
    solicitor.run()
    expect(tags()).toEqual([2, 1])
  })

  it('nobody overtakes a write of its own unit that found none, though there would be enough for less', () => {
    const { solicitor, write, memory, owing, tags } = setUp()
    memory.allowedBytes = 4096
    owing.add(0)
    const [first, second, other] = [write(1, { bursts: 2 }), write(2), write(3, { lun: 5 })]
    for (const { dataOut } of [second, other]) dataOut.missingMemoryBytes = 4096
    for (const { task } of [first, second, other]) solicitor.want(task)
    expect(tags()).toEqual([3])
    memory.allowedBytes = PIECE
    solicitor.run()
    expect(tags()).toEqual([3, 1, 2])
  })
})

describe('where the process has no memory', () => {
  function waiting() {
    const made = setUp()
    made.memory.there = false
    const [first, second, third] = [made.write(1), made.write(2), made.write(3, { lun: 9 })]
    for (const { task } of [first, second, third]) made.solicitor.want(task)
    return { ...made, first, second, third }
  }

  it('the first write waits in line for it, once, and the others behind it', () => {
    const { solicitor, wishes, memory, slot, tags } = waiting()
    solicitor.run()
    expect([wishes.length, tags()]).toEqual([1, []])
    memory.there = true
    solicitor.run()
    expect(tags()).toEqual([])
    wishes[0]?.(slot)
    expect(tags()).toEqual([1, 2, 3])
    expect(memory.takenBack).toBe(0)
  })

  it('one that is not the first does not wait in line, even where the first has what it needs', () => {
    const { solicitor, write, memory, wishes, tags } = setUp()
    const first = write(1)
    first.dataOut.owesUnsolicited = true
    memory.there = false
    solicitor.want(first.task)
    solicitor.want(write(2, { lun: 5 }).task)
    expect([wishes.length, tags()]).toEqual([0, []])
    memory.there = true
    solicitor.run()
    expect(tags()).toEqual([2])
  })

  it('gives its place in line back when it is forgotten, and the next one takes it', () => {
    const { solicitor, first, wishes, memory } = waiting()
    solicitor.forget(first.task)
    expect([memory.takenBack, wishes.length]).toEqual([1, 2])
  })

  it('another one that is forgotten leaves it there', () => {
    const { solicitor, second, wishes, memory, slot, tags } = waiting()
    solicitor.forget(second.task)
    solicitor.forget(second.task)
    expect([memory.takenBack, wishes.length]).toEqual([0, 1])
    memory.there = true
    wishes[0]?.(slot)
    expect(tags()).toEqual([1, 3])
  })

  it('gives its place back when the session ends, and nobody asks for anything any more', () => {
    const { solicitor, memory, first, wishes, tags } = waiting()
    solicitor.close()
    memory.there = true
    solicitor.run()
    solicitor.forget(first.task)
    expect([memory.takenBack, wishes.length, tags()]).toEqual([1, 1, []])
    solicitor.close()
    expect(memory.takenBack).toBe(1)
  })

  it('what it is given at once it takes at once', () => {
    const { solicitor, write, memory, wishes, tags } = setUp()
    memory.there = false
    memory.atOnce = true
    solicitor.want(write(1).task)
    expect([tags(), wishes.length]).toEqual([[1], 0])
    memory.there = true
    solicitor.want(write(2).task)
    expect([tags(), memory.takenBack]).toEqual([[1, 2], 0])
  })
})
