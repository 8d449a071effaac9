import type { StoreRequest } from '@lunkit/backstores'
import { TaskAttribute } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hex, settled, TestDevice } from './testing/device.ts'
import type { FakeTask } from './testing/fake-task.ts'

const BLOCK = 512
const { simple, ordered, headOfQueue } = TaskAttribute

/** One step: a command from one of three nexuses, the end of an operation, or an abort. */
type Step =
  | {
      readonly kind: 'submit'
      readonly what: Kind
      readonly lba: number
      readonly blocks: number
      readonly nexus: number
      readonly attribute: TaskAttribute
    }
  | { readonly kind: 'complete'; readonly pick: number }
  | { readonly kind: 'abort'; readonly pick: number }

type Kind = 'read' | 'write' | 'writeSame' | 'compareAndWrite' | 'unmap'

const number = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')

const commands: Readonly<
  Record<Kind, (lba: number, blocks: number) => { cdb: Uint8Array; data?: Buffer; readBytes?: number }>
> = {
  read: (lba, blocks) => ({
    cdb: hex(`28 00 ${number(lba, 8)} 00 ${number(blocks, 4)} 00`),
    readBytes: blocks * BLOCK,
  }),
  write: (lba, blocks) => ({
    cdb: hex(`2A 00 ${number(lba, 8)} 00 ${number(blocks, 4)} 00`),
    data: Buffer.alloc(blocks * BLOCK, 1),
  }),
  writeSame: (lba, blocks) => ({
    cdb: hex(`41 00 ${number(lba, 8)} 00 ${number(blocks, 4)} 00`),
    data: Buffer.alloc(BLOCK, 2),
  }),
  compareAndWrite: (lba, blocks) => ({
    cdb: hex(`89 00 ${number(lba, 16)} 000000 ${number(blocks, 2)} 00 00`),
    data: Buffer.alloc(2 * blocks * BLOCK, 3),
  }),
  unmap: (lba, blocks) => ({
    cdb: hex('42 00 00000000 00 0018 00'),
    data: Buffer.from(hex(`0016 0010 00000000 ${number(lba, 16)} ${number(blocks, 8)} 00000000`)),
  }),
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      what: fc.constantFrom<Kind>('read', 'write', 'writeSame', 'compareAndWrite', 'unmap'),
      lba: fc.nat(24),
      blocks: fc.integer({ min: 1, max: 12 }),
      nexus: fc.nat(2),
      attribute: fc.oneof(
        { weight: 6, arbitrary: fc.constant(simple) },
        fc.constant(ordered),
        fc.constant(headOfQueue),
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('complete' as const), pick: fc.nat(31) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), pick: fc.nat(31) }) },
)

const changes = ({ operation }: StoreRequest): boolean => operation !== 'read'
const overlap = (a: StoreRequest, b: StoreRequest): boolean =>
  a.offset < b.offset + b.lengthBytes && b.offset < a.offset + a.lengthBytes

it('no two operations that conflict ever run at the same time, and everything ends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
      const device = new TestDevice({ attributes: { emulateTpu: true, emulateTpws: true } })
      const nexuses = ['a', 'b', 'c'].map(name => device.nexus(name))
      device.store.held = true
      const conflicts: string[] = []
      device.store.began = request => {
        for (const other of device.store.underWay)
          if ((changes(request) || changes(other)) && overlap(request, other))
            conflicts.push(`${request.operation} at ${request.offset} beside ${other.operation} at ${other.offset}`)
      }
      const tasks: { task: FakeTask; nexus: number }[] = []
      for (const each of steps) {
        if (each.kind === 'submit') {
          const options = { ...commands[each.what](each.lba, each.blocks), attribute: each.attribute }
          tasks.push({ task: nexuses[each.nexus]!.submit(options), nexus: each.nexus })
        } else if (each.kind === 'complete') {
          if (device.store.underWay.length > 0)
            device.store.complete(device.store.underWay[each.pick % device.store.underWay.length])
        } else {
          const open = tasks.filter(({ task }) => task.ending === undefined)
          const victim = open[each.pick % Math.max(1, open.length)]
          if (victim) void nexuses[victim.nexus]!.manage('abortTask', { tag: victim.task.tag })
        }
        await settled()
      }
      for (let idle = 0; idle < 2; idle++) {
        while (device.store.underWay.length > 0) {
          idle = 0
          device.store.complete()
          await settled()
        }
        await settled()
      }
      expect(conflicts).toEqual([])
      expect(tasks.filter(({ task }) => task.ending === undefined)).toEqual([])
      expect(device.slab.takenBytes).toBe(0)
      for (const set of device.device.taskSets()) expect(set.count).toBe(0)
    }),
    { numRuns: 200 },
  )
}, 60_000)

it('what SIMPLE commands of one nexus leave on the medium is what they leave one after another', async () => {
  const writes = fc.array(
    fc.record({ lba: fc.nat(12), blocks: fc.integer({ min: 1, max: 6 }), same: fc.boolean(), pick: fc.nat(15) }),
    { maxLength: 25 },
  )
  await fc.assert(
    fc.asyncProperty(writes, async list => {
      const device = new TestDevice()
      const nexus = device.nexus()
      device.store.held = true
      const model = Buffer.alloc(device.store.sizeBytes)
      const tasks = list.map(({ lba, blocks, same }, i) => {
        const options = commands[same ? 'writeSame' : 'write'](lba, blocks)
        options.data?.fill(i + 1)
        model.fill(i + 1, lba * BLOCK, (lba + blocks) * BLOCK)
        return nexus.submit(options)
      })
      await settled()
      for (let turn = 0; device.store.underWay.length > 0; turn++) {
        const { pick } = list[turn % list.length]!
        device.store.complete(device.store.underWay[pick % device.store.underWay.length])
        await settled()
      }
      expect(tasks.every(({ ending }) => ending === 0)).toBe(true)
      expect(device.store.bytes.equals(model)).toBe(true)
    }),
    { numRuns: 200 },
  )
}, 60_000)
