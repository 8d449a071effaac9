import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LongMemory, Slab } from '@lunkit/wire'
import * as vitest from 'vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { pattern, StoreDriver, storeCompliance } from '../compliance/index.ts'
import { openFileio } from '../fileio/fileio.ts'
import { createLanes } from '../lanes/lanes.ts'
import { createRamdisk } from '../ramdisk/ramdisk.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { type LayerRules, LayerStack } from './layer-stack.ts'
import { ReadOnlyLayer } from './readonly.ts'

const MIB = 1024 * 1024
const { flush, read } = StoreOperation
const ALL: LayerRules = {
  log: { outcomes: 'all', tell: () => {} },
  limit: { operations: 50_000, perSource: { operations: 40_000 } },
  delay: { delayMs: 1, probability: 0.05 },
  fail: { fault: StoreFault.io, operations: [read], offset: 2 ** 40 },
}

const stacked = (store: ConstructorParameters<typeof LayerStack>[0], rules: LayerRules): LayerStack => {
  const stack = new LayerStack(store)
  stack.configure(rules)
  return stack
}

for (const [name, rules] of [
  ['no', {}],
  ['all', ALL],
] as const)
  storeCompliance(
    `a ramdisk behind ${name} layers`,
    ({ sizeBytes }) => stacked(createRamdisk({ name: 'disk0', sizeBytes }), rules),
    vitest,
  )

const directory = mkdtempSync(join(tmpdir(), 'lunkit-layers-'))
const closings: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closings) await close()
  rmSync(directory, { recursive: true })
})
let files = 0
for (const [where, inPlace, blockBytes] of [
  ['in place', true, 512],
  ['in a lane', false, 512],
  ['in place, in blocks of 4096 bytes', true, 4096],
  ['in a lane, in blocks of 4096 bytes', false, 4096],
] as const) {
  let lanes: ReturnType<typeof createLanes> | undefined
  storeCompliance(
    `a file that is served ${where}, behind all layers`,
    async ({ slab, sizeBytes }) => {
      if (lanes === undefined) {
        const made = createLanes({ slab, count: 1 })
        lanes = made
        closings.push(() => made.close())
      }
      const path = join(directory, `${files++}.img`)
      return stacked(await openFileio({ name: 'f', path, sizeBytes, writeBack: true, lanes, inPlace }), ALL)
    },
    vitest,
    { blockBytes },
  )
}

describe('layers before a store', () => {
  const slab = new Slab({ sizeBytes: MIB })

  function setUp() {
    const stack = new LayerStack(createRamdisk({ name: 'disk0', sizeBytes: MIB }))
    return { stack, driver: new StoreDriver(stack, slab) }
  }

  it('are as they were where one of the new rules cannot be', async () => {
    const { stack, driver } = setUp()
    const rules: LayerRules = { fail: { fault: StoreFault.io, operations: [flush], times: 1 } }
    stack.configure(rules)
    const bad = { limit: { operations: 10 }, fail: { fault: 'nope' } } as unknown as LayerRules
    expect(() => stack.configure(bad)).toThrow(RangeError)
    expect(stack.rules).toBe(rules)
    expect(await driver.perform({ operation: flush })).toBe(StoreFault.io)
    expect(stack.limitCounts).toEqual({ waiting: 0, delayed: 0, waitedMs: 0 })
  })

  it('do once what is to be done once, whatever else changes', async () => {
    const { stack, driver } = setUp()
    const fail = { fault: StoreFault.io, times: 1 } as const
    stack.configure({ fail })
    expect(await driver.perform({ operation: flush })).toBe(StoreFault.io)
    stack.configure({ fail: { ...fail }, limit: { operations: 1000 } })
    expect(await driver.perform({ operation: flush })).toBeUndefined()
    stack.configure({})
    stack.configure({ fail })
    expect(await driver.perform({ operation: flush })).toBe(StoreFault.io)
  })

  it('let go what they hold back when their rules are taken away, and when it is hurried', async () => {
    const { stack, driver } = setUp()
    stack.configure({ limit: { operations: 1, burstMs: 1 } })
    await driver.write(0, pattern(512, 1))
    const slot = driver.take(512)
    const waiting = driver.perform({ operation: read, lengthBytes: 512, slot })
    expect(stack.limitCounts.waiting).toBe(1)
    stack.configure({})
    expect(await waiting).toBeUndefined()
    slot.release()
  })
})

describe('a device that takes commands', () => {
  it('is reached past every layer', async () => {
    const longMemory = new LongMemory()
    const execute = () => Promise.reject()
    const device = { deviceType: 1, transferBytes: 4096, longMemory, execute, reset: async () => true }
    const behind = Object.assign(createRamdisk({ name: 'disk0', sizeBytes: MIB }), { device })
    await using held = new AsyncDisposableStack()
    held.defer(async () => void (await behind.close()))
    const stacks = [stacked(behind, {}), stacked(behind, ALL), new ReadOnlyLayer(stacked(behind, ALL))]
    expect(stacks.map(stack => stack.device)).toEqual([device, device, device])
  })
})
