import type { StoreRequest } from '@lunkit/backstores/store'
import { TaskAttribute } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { blockCommandBytes, blockCommandNames } from '../testing/commands.ts'
import { settled, TestDevice, type TestNexus } from '../testing/device.ts'
import type { FakeTask } from '../testing/fake-task.ts'

const BLOCK = 512
const { simple, ordered, headOfQueue } = TaskAttribute

const submit = fc.record({
  kind: fc.constant('submit' as const),
  what: fc.constantFrom(...blockCommandNames),
  lba: fc.nat(24),
  blocks: fc.integer({ min: 1, max: 12 }),
  nexus: fc.nat(2),
  attribute: fc.oneof({ weight: 6, arbitrary: fc.constant(simple) }, fc.constant(ordered), fc.constant(headOfQueue)),
})
const pick = <K extends string>(kind: K) => fc.record({ kind: fc.constant(kind), pick: fc.nat(31) })
const step = fc.oneof(
  { weight: 5, arbitrary: submit },
  { weight: 4, arbitrary: pick('complete') },
  { weight: 1, arbitrary: pick('abort') },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const changes = ({ operation }: StoreRequest): boolean => operation !== 'read'
const overlap = (a: StoreRequest, b: StoreRequest): boolean =>
  a.offset < b.offset + b.lengthBytes && b.offset < a.offset + a.lengthBytes

/** A device whose store notes every operation that begins beside one that it conflicts with. */
class Watched {
  readonly device = new TestDevice({ attributes: { emulateTpu: true, emulateTpws: true } })
  readonly conflicts: string[] = []
  readonly tasks: { readonly task: FakeTask; readonly nexus: TestNexus }[] = []
  readonly #nexuses = ['a', 'b', 'c'].map(name => this.device.nexus(name))

  constructor() {
    const { store } = this.device
    store.held = true
    store.began = request => {
      for (const other of store.underWay)
        if ((changes(request) || changes(other)) && overlap(request, other))
          this.conflicts.push(`${request.operation} at ${request.offset} beside ${other.operation} at ${other.offset}`)
    }
  }

  async take(step: Step): Promise<void> {
    const { underWay } = this.device.store
    if (step.kind === 'submit') {
      const nexus = this.#nexuses[step.nexus] as TestNexus
      const options = { ...blockCommandBytes[step.what](step.lba, step.blocks), attribute: step.attribute }
      this.tasks.push({ task: nexus.submit(options), nexus })
    } else if (step.kind === 'abort') {
      const open = this.tasks.filter(({ task }) => task.ending === undefined)
      const victim = open[step.pick % Math.max(1, open.length)]
      if (victim) void victim.nexus.manage('abortTask', { tag: victim.task.tag })
    } else if (underWay.length > 0) this.device.store.complete(underWay[step.pick % underWay.length])
    await settled()
  }

  async finish(): Promise<void> {
    while (this.device.store.underWay.length > 0) {
      this.device.store.complete()
      await settled()
    }
  }
}

it('no two operations that conflict ever run at the same time, and everything ends', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
    const watched = new Watched()
    for (const each of steps) await watched.take(each)
    await watched.finish()
    expect(watched.conflicts).toEqual([])
    expect(watched.tasks.filter(({ task }) => task.ending === undefined)).toEqual([])
  })
  await fc.assert(property, { numRuns: 200 })
  expect.hasAssertions()
}, 60_000)

const writes = fc.array(
  fc.record({ lba: fc.nat(12), blocks: fc.integer({ min: 1, max: 6 }), same: fc.boolean(), pick: fc.nat(15) }),
  { maxLength: 25 },
)

it('what SIMPLE commands of one nexus leave on the medium is what they leave one after another', async () => {
  const property = fc.asyncProperty(writes, async list => {
    const device = new TestDevice()
    const { store } = device
    const nexus = device.nexus()
    store.held = true
    const model = Buffer.alloc(store.sizeBytes)
    const tasks = list.map(({ lba, blocks, same }, i) => {
      const options = blockCommandBytes[same ? 'writeSame' : 'write'](lba, blocks)
      options.data.fill(i + 1)
      model.fill(i + 1, lba * BLOCK, (lba + blocks) * BLOCK)
      return nexus.submit(options)
    })
    await settled()
    for (let turn = 0; store.underWay.length > 0; turn++) {
      store.complete(store.underWay[(list[turn % list.length]?.pick ?? 0) % store.underWay.length])
      await settled()
    }
    expect(tasks.filter(({ ending }) => ending !== 0)).toEqual([])
    expect(store.bytes.equals(model)).toBe(true)
  })
  await fc.assert(property, { numRuns: 200 })
  expect.hasAssertions()
}, 60_000)
