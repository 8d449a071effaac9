import { decodeSense, type SenseData } from '@lunkit/scsi'
import {
  type Nexus,
  type NexusListener,
  type NexusName,
  TaskManagementFunction,
  type TaskManagementRequest,
  type TaskManagementResponse,
} from '@lunkit/scsi/transport'
import { Clock } from '@lunkit/statistics'
import { Slab } from '@lunkit/wire'
import { afterEach } from 'vitest'
import type { PortGroup } from '../device/port-group.ts'
import { TargetDevice, type UnitOptions } from '../device/target-device.ts'
import { ownStatistics } from '../statistics/engine-statistics.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import { ControlledStore, type ControlledStoreOptions } from './controlled-store.ts'
import { FakeTask, type FakeTaskOptions } from './fake-task.ts'

const TARGET = 'iqn.2026-11.io.lunkit:test'

/** A clock that a test turns by hand. */
class HandClock {
  #nowMs = 0
  readonly #waiting: { readonly atMs: number; readonly run: () => void }[] = []

  after(delayMs: number, run: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, run }
    this.#waiting.push(entry)
    return () => {
      const at = this.#waiting.indexOf(entry)
      if (at >= 0) this.#waiting.splice(at, 1)
    }
  }

  advance(byMs: number): void {
    this.#nowMs += byMs
    for (const entry of this.#waiting.filter(({ atMs }) => atMs <= this.#nowMs)) {
      this.#waiting.splice(this.#waiting.indexOf(entry), 1)
      entry.run()
    }
  }
}

/** The devices that the running test has made. */
const made: TestDevice[] = []

/** What a test has left behind, in words. */
function* leftovers({ slab, bugs, device }: TestDevice): Generator<string> {
  if (bugs.length > 0) yield `a bug: ${bugs.join('; ')}`
  if (slab.takenBytes > 0) yield `${slab.takenBytes} bytes that nobody has released`
  for (const tasks of device.taskSets()) if (tasks.count > 0) yield `${tasks.count} tasks that have not left`
}

// Every test ends with all memory given back, no task left, and no bug heard of.
afterEach(() => {
  const left = made.splice(0).flatMap(device => [...leftovers(device)])
  if (left.length > 0) throw new Error(`the test left behind: ${left.join(', ')}`)
})

/** How a test device's unit differs from the usual one. */
export interface TestDeviceOptions extends UnitOptions {
  readonly store?: ControlledStoreOptions
}

/** A device with one unit on a controlled store, mapped as LUN 0 for everybody. */
export class TestDevice {
  readonly slab = new Slab({ sizeBytes: 4 * 1024 * 1024, poison: true })
  readonly clock = new HandClock()
  readonly bugs: unknown[] = []
  /** The time that commands are counted with, in milliseconds. */
  nowMs = 0
  readonly statistics = { ...ownStatistics(), clock: new Clock(() => this.nowMs) }
  readonly device = new TargetDevice({
    slab: this.slab,
    timers: this.clock,
    statistics: this.statistics,
    onBug: error => this.bugs.push(error),
  })
  readonly store: ControlledStore
  readonly unit: LogicalUnit
  readonly group: PortGroup

  constructor({ store, ...unit }: TestDeviceOptions = {}) {
    made.push(this)
    this.store = new ControlledStore(store)
    this.unit = this.device.addUnit(this.store, unit)
    this.group = this.device.portGroup({ targetName: TARGET, tag: 1, relativePortId: 1 })
    this.group.mapLuns(undefined, [{ lun: 0, unit: this.unit }])
  }

  /** A nexus from this initiator; its power-on attention is cleared unless it is wanted. */
  nexus(
    initiator = 'a',
    { fresh = false, listener = {} }: { fresh?: boolean; listener?: NexusListener } = {},
  ): TestNexus {
    const name: NexusName = {
      initiatorName: `iqn.2026-11.example:${initiator}`,
      isid: 0x8000_0000_0001,
      targetName: TARGET,
      targetPortalGroupTag: 1,
    }
    const nexus = new TestNexus(this, this.group.open(name, listener))
    if (!fresh) for (let i = 0; i < 4; i++) nexus.submit({ cdb: Uint8Array.of(0) })
    return nexus
  }
}

/** A nexus, and short ways to send commands through it. */
export class TestNexus {
  readonly nexus: Nexus
  readonly #device: TestDevice

  constructor(device: TestDevice, nexus: Nexus) {
    this.#device = device
    this.nexus = nexus
  }

  /** Submits a task, which may have ended when this returns. */
  submit(options: FakeTaskOptions): FakeTask {
    const task = new FakeTask(this.#device.slab, options)
    this.nexus.submit(task)
    return task
  }

  /** Runs a task management function and waits for its response. */
  manage(
    name: keyof typeof TaskManagementFunction,
    request: Partial<Pick<TaskManagementRequest, 'lun' | 'tag'>> = {},
  ): Promise<TaskManagementResponse> {
    return new Promise(done => this.nexus.manage({ function: TaskManagementFunction[name], lun: 0, ...request, done }))
  }

  /** Submits a task and waits for its end. */
  run(options: FakeTaskOptions): Promise<FakeTask> {
    return this.submit(options).ended()
  }
}

/** Bytes as the standard draws them: hexadecimal digits, with spaces wherever they help. */
export const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex')

/** Data that differs from block to block and from byte to byte. */
export function pattern(lengthBytes: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(lengthBytes)
  for (let i = 0; i < lengthBytes; i++) bytes[i] = (i * 7 + seed + Math.floor(i / 512)) % 251
  return bytes
}

/** Lets everything run that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** The sense that a task ended with. */
export function senseOf(task: FakeTask): SenseData {
  if (!task.sense) throw new Error(`the task ended with ${task.ending} and without sense`)
  return decodeSense(task.sense)
}
