import { NexusEnd } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { blockCommandBytes, blockCommandNames } from '../testing/commands.ts'
import { settled, TestDevice, type TestNexus } from '../testing/device.ts'
import type { FakeTask } from '../testing/fake-task.ts'

/** Whatever can happen to tasks, in any order. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      what: fc.constantFrom(...blockCommandNames),
      lba: fc.nat(700),
      blocks: fc.constantFrom(1, 7, 8, 64, 700),
      nexus: fc.nat(1),
      slow: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('transport' as const), pick: fc.nat(31) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('store' as const),
      pick: fc.nat(31),
      fault: fc.option(fc.constantFrom('io' as const, 'laneLost' as const), { freq: 8, nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('manage' as const),
      pick: fc.nat(31),
      what: fc.constantFrom('abortTask', 'abortTaskSet', 'clearTaskSet', 'logicalUnitReset', 'iTNexusReset' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), nexus: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('memory' as const), take: fc.boolean() }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

class Disorder {
  readonly device = new TestDevice({ attributes: { emulateTpu: true } })
  readonly tasks: { readonly task: FakeTask; readonly of: number }[] = []
  /** Task management functions and closings without an answer. */
  pending = 0
  readonly #nexuses = [this.device.nexus('0'), this.device.nexus('1')]
  readonly #memory: Slot[] = []

  constructor() {
    this.device.store.held = true
  }

  take(step: Step): void {
    if (step.kind === 'submit') this.#submit(step)
    else if (step.kind === 'transport') this.#moveTransport(step.pick)
    else if (step.kind === 'store') this.#moveStore(step)
    else if (step.kind === 'manage') this.#manage(step)
    else if (step.kind === 'reopen') this.#reopen(step.nexus)
    else this.#moveMemory(step.take)
  }

  /** Lets everything go its way until nothing moves. */
  async finish(): Promise<void> {
    this.#moveMemory(false)
    for (let idle = 0; idle < 3; idle++) {
      await settled()
      if (this.#moveTransport(0) || this.#moveStore({ pick: 0, fault: undefined })) idle = -1
    }
  }

  get open(): FakeTask[] {
    return this.tasks.map(({ task }) => task).filter(({ ending }) => ending === undefined)
  }

  #submit({ what, lba, blocks, nexus, slow }: Extract<Step, { kind: 'submit' }>): void {
    const few = what === 'compareAndWrite' ? Math.min(blocks, 8) : blocks
    const task = (this.#nexuses[nexus] as TestNexus).submit({ ...blockCommandBytes[what](lba, few), slow })
    this.tasks.push({ task, of: nexus })
  }

  #moveTransport(pick: number): boolean {
    const waiting = this.open.filter(({ wantsPiece, wantsRoom }) => wantsPiece || wantsRoom)
    const task = waiting[pick % Math.max(1, waiting.length)]
    if (task?.wantsRoom) task.makeRoom()
    else if (task?.wantsPiece) task.deliver()
    else return false
    return true
  }

  #moveStore({ pick, fault }: Pick<Extract<Step, { kind: 'store' }>, 'pick' | 'fault'>): boolean {
    const { store } = this.device
    if (store.underWay.length === 0) return false
    store.complete(store.underWay[pick % store.underWay.length], fault)
    return true
  }

  #manage({ what, pick }: Extract<Step, { kind: 'manage' }>): void {
    const open = this.tasks.filter(({ task }) => task.ending === undefined)
    const victim = open[pick % Math.max(1, open.length)]
    const nexus = this.#nexuses[victim?.of ?? 0] as TestNexus
    this.pending++
    void nexus.manage(what, { tag: victim?.task.tag ?? 0 }).then(() => this.pending--)
  }

  #reopen(index: number): void {
    const nexus = this.#nexuses[index] as TestNexus
    this.pending++
    nexus.nexus.close(NexusEnd.reinstated, () => this.pending--)
    this.#nexuses[index] = this.device.nexus(String(index))
  }

  #moveMemory(take: boolean): void {
    const { slab } = this.device
    if (!take) for (const slot of this.#memory.splice(0)) slot.release()
    else for (let slot = slab.take(4096); slot; slot = slab.take(4096)) this.#memory.push(slot)
  }
}

it('whatever happens in whatever order, everything ends, is answered, and gives its memory back', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.boolean(), async (steps, turns) => {
    const disorder = new Disorder()
    for (const each of steps) {
      disorder.take(each)
      if (turns) await settled()
    }
    await disorder.finish()
    expect(disorder.open).toEqual([])
    expect(disorder.pending).toBe(0)
    expect(disorder.device.slab.takenBytes).toBe(0)
    expect(disorder.device.bugs).toEqual([])
  })
  await fc.assert(property, { numRuns: 300 })
  expect.hasAssertions()
}, 120_000)
