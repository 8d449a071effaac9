/** A device server between a store that does nothing and a transport that moves nothing: what it costs by itself. */
import type { Store, StoreRequest } from '@lunkit/backstores/store'
import { Read10, TestUnitReady, Write10 } from '@lunkit/scsi'
import { type PieceReceiver, type Task, TaskAttribute } from '@lunkit/scsi/transport'
import { dataView, Slab, type Slot } from '@lunkit/wire'
import { TargetDevice } from '../src/index.ts'

const SIZE_BYTES = 2 ** 40
const IO_BYTES = 4096

/** Holds requests until it has `depth` of them, when it has a depth. */
class NoStore implements Store {
  readonly plugin = 'null'
  readonly name = 'bench'
  readonly productName = 'NULL'
  readonly rotational = false
  readonly sizeBytes = SIZE_BYTES
  readonly features = {
    write: true,
    discard: false,
    extents: false,
    discardsToZeroes: false,
    discardGranularityBytes: 4096,
    writeBack: false,
  }
  readonly available = true
  readonly flushFailure = undefined
  depth = 0
  readonly held: StoreRequest[] = []

  submit(request: StoreRequest): boolean {
    request.fault = undefined
    if (this.depth === 0) return true
    this.held.push(request)
    return false
  }

  listen(): () => void {
    return () => {}
  }

  checkSize(): Promise<void> {
    return Promise.resolve()
  }

  clearFault(): 'none' {
    return 'none'
  }

  resize(): Promise<'unsupported'> {
    return Promise.resolve('unsupported')
  }

  close(): Promise<undefined> {
    return Promise.resolve(undefined)
  }
}

/** What is asked of it. */
export type Kind = 'ready' | 'read' | 'write'
/** Those that touch blocks. */
const transfers = { read: Read10, write: Write10 } as const

class NoTask implements Task {
  tag = 1
  readonly lun = 0
  readonly attribute = TaskAttribute.simple
  readonly cdb = new Uint8Array(16)
  readonly readBytes: number
  readonly writeBytes: number
  execution: object | undefined = undefined
  ended = 0
  /** The CDB's LBA, where it has one. */
  readonly #extent: { lba: number; blocks: number } | undefined
  readonly #slab: Slab

  constructor(slab: Slab, kind: Kind) {
    this.#slab = slab
    const view = dataView(this.cdb)
    if (kind === 'ready') TestUnitReady.compose(view)
    else {
      this.#extent = transfers[kind].compose(view)
      this.#extent.blocks = IO_BYTES / 512
    }
    this.readBytes = kind === 'read' ? IO_BYTES : 0
    this.writeBytes = kind === 'write' ? IO_BYTES : 0
  }

  /** Another place on the medium for each number. */
  move(i: number): void {
    if (this.#extent) this.#extent.lba = ((i * 2654435761) >>> 4) & ~7
  }

  dataLength(): void {}
  expectData(): void {}
  receive(receiver: PieceReceiver): void {
    receiver.receivePiece({ slot: this.#slab.take(IO_BYTES) as Slot, lengthBytes: IO_BYTES })
  }
  room(): boolean {
    return true
  }
  send(_data: Uint8Array, slot?: Slot): void {
    slot?.release()
  }
  finish(): void {
    this.ended++
  }
  terminate(): void {}
}

const slab = new Slab({ sizeBytes: 64 * 1024 * 1024 })
const store = new NoStore()
const device = new TargetDevice({ slab })
const unit = device.addUnit(store, { attributes: { queueDepth: 1024 } })
const port = { targetName: 'iqn.2026-11.io.lunkit:bench', tag: 1, relativePortId: 1 }
const group = device.portGroup(port)
group.mapLuns(undefined, [{ lun: 0, unit }])
const name = {
  initiatorName: 'iqn.2026-11.example:bench',
  isid: 1,
  targetName: port.targetName,
  targetPortalGroupTag: 1,
}
const nexus = group.open(name, {})
const ready = new NoTask(slab, 'ready')
nexus.submit(ready)

/** Processor time in nanoseconds: others may want the processor too. */
function elapsed(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) * 1000
}

/** Nanoseconds of processor time for a command that the store ends at once. */
export function inPlace(kind: Kind, rounds: number): number {
  store.depth = 0
  const task = new NoTask(slab, kind)
  const before = process.threadCpuUsage()
  for (let i = 0; i < rounds; i++) {
    task.move(i)
    nexus.submit(task)
  }
  return elapsed(before) / rounds
}

/** The same with so many under way in the store. */
export function atDepth(kind: Kind, rounds: number, depth: number): number {
  store.depth = depth
  const tasks = Array.from({ length: depth }, () => new NoTask(slab, kind))
  const before = process.threadCpuUsage()
  let at = 0
  for (let i = 0; i < rounds; i++) {
    const task = tasks[at] as NoTask
    task.move(i)
    nexus.submit(task)
    at = (at + 1) % depth
    if (store.held.length === depth) {
      const request = store.held[i % depth] as StoreRequest
      store.held[i % depth] = store.held.at(-1) as StoreRequest
      store.held.pop()
      request.owner.completed(request)
    }
  }
  const took = elapsed(before) / rounds
  for (const request of store.held.splice(0)) request.owner.completed(request)
  return took
}
