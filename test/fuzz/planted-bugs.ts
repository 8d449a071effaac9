import { Layer, type Store, StoreOperation, StoreRequest } from '@lunkit/backstores'
import { Slab, type Slot } from '@lunkit/wire'
import { Area } from './cases/case.ts'
import type { Placeholder } from './cases/security.ts'
import { FindingKind } from './finding.ts'
import { INITIATOR } from './oracle/guarded-target.ts'
import type { SecurityJudge } from './oracle/security-judge.ts'
import { withValues } from './world/placeholder-values.ts'
import type { WorldOptions } from './world/world.ts'

/** A bug that is put into a world from outside, and how it has to be found. */
export interface PlantedBug {
  readonly name: string
  readonly world: WorldOptions
  /** What it may be found as. */
  readonly kinds: readonly FindingKind[]
  /** Where it is looked for; in all of a session where it is not said. */
  readonly areas?: readonly Area[]
}

const EXTRA_BYTES = 512

/** Keeps the memory of reads of one length for ever. */
class LeakingStore extends Layer {
  override submit(request: StoreRequest): boolean {
    if (request.operation === StoreOperation.read && request.lengthBytes === 1536) request.slot?.retain()
    return this.behind.submit(request)
  }
}

/** Tells of no failure of a write or a flush. */
class HushingStore extends Layer {
  override submit(request: StoreRequest): boolean {
    const ended = this.behind.submit(request)
    const hushed = request.operation === StoreOperation.write || request.operation === StoreOperation.flush
    if (ended && hushed) request.fault = undefined
    return ended
  }
}

/** Writes a block more than it was asked to, where there is one, after writes of some lengths. */
class OverwritingStore extends Layer {
  readonly #slot = new Slab({ sizeBytes: EXTRA_BYTES }).take(EXTRA_BYTES) as Slot
  readonly #extra = new StoreRequest({ completed: () => {} })

  override submit(request: StoreRequest): boolean {
    const { operation, offset, lengthBytes } = request
    const end = offset + lengthBytes
    if (operation === StoreOperation.write && lengthBytes === 2560 && end + EXTRA_BYTES <= this.sizeBytes) {
      this.#slot.bytes.fill(0x77)
      Object.assign(this.#extra, { operation, offset: end, lengthBytes: EXTRA_BYTES, slot: this.#slot })
      this.behind.submit(this.#extra)
    }
    return this.behind.submit(request)
  }
}

/** Never ends a write of an odd number of KiB. */
class SwallowingStore extends Layer {
  override submit(request: StoreRequest): boolean {
    if (request.operation === StoreOperation.write && request.lengthBytes % 2048 === 1024) return false
    return this.behind.submit(request)
  }
}

/** Lets a text of the security stage be taken, though it has something wrong. */
const taking = (isTaken: (said: string, judge: SecurityJudge) => string | undefined): WorldOptions => ({
  mendsSecurity: (entries, judge) => entries.map(entry => isTaken(entry, judge) ?? entry),
})

/** Takes this response for the right one. */
const takingResponse = (words: (judge: SecurityJudge) => readonly string[]): WorldOptions =>
  taking((entry, judge) =>
    judge.asked && words(judge).includes(entry) ? withValues('CHAP_R={right}', judge) : undefined,
  )

const takingValue = (placeholder: Placeholder): WorldOptions =>
  takingResponse(judge => [withValues(`CHAP_R={${placeholder}}`, judge)])

const behind = (make: (store: Store) => Store): WorldOptions => ({ layer: make })

const securityBugs: readonly PlantedBug[] = [
  {
    name: 'an empty response that is taken',
    world: takingResponse(() => ['CHAP_R=', 'CHAP_R=0x', 'CHAP_R=0b']),
    kinds: [FindingKind.letIn],
  },
  { name: 'a response to another challenge that is taken', world: takingValue('before'), kinds: [FindingKind.letIn] },
  {
    name: 'a response of the target itself that is taken',
    world: takingValue('reflected'),
    kinds: [FindingKind.letIn],
  },
  {
    name: 'a name that is not looked at',
    world: taking(entry => (entry.startsWith('CHAP_N=') ? `CHAP_N=${INITIATOR.name}` : undefined)),
    kinds: [FindingKind.letIn],
  },
  {
    name: 'an operational stage without a response',
    world: { unguarded: true },
    kinds: [FindingKind.letIn],
  },
]

/** The bugs that the fuzzer has to find, each by itself. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a slot of transfer memory that is not given back',
    world: behind(store => new LeakingStore(store)),
    kinds: [FindingKind.memoryKept],
  },
  {
    name: 'GOOD after a fault of the store',
    world: behind(store => new HushingStore(store)),
    kinds: [FindingKind.goodAfterFault],
  },
  {
    name: 'a write outside its range',
    world: behind(store => new OverwritingStore(store)),
    kinds: [FindingKind.wrongContents, FindingKind.wrongData],
  },
  {
    name: 'a task that never ends',
    world: behind(store => new SwallowingStore(store)),
    kinds: [FindingKind.unanswered, FindingKind.taskKept],
  },
  {
    name: 'a reset that is answered at once, with data on its way',
    world: { abortWaitMs: 0 },
    kinds: [FindingKind.answeredEarly],
  },
  ...securityBugs.map(bug => ({ ...bug, areas: [Area.security] })),
  { name: 'a digest that is not looked at', world: { mendsDigests: true }, kinds: [FindingKind.digestIgnored] },
]
