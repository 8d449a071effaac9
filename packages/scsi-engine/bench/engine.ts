/**
 * What the device server itself costs a command: a store that does nothing at once, a transport that moves nothing.
 * Run: node --conditions=source packages/scsi-engine/bench/engine.ts
 */
import type { Store, StoreRequest } from '@lunkit/backstores'
import { type PieceReceiver, type Task, TaskAttribute } from '@lunkit/scsi/transport'
import { Slab, type Slot } from '@lunkit/wire'
import { TargetDevice } from '../src/index.ts'

const SIZE_BYTES = 2 ** 40
const IO_BYTES = 4096
const ROUNDS = 1_000_000

/** Holds requests until it has `depth` of them, when it has a depth. */
class NoStore implements Store {
  readonly plugin = 'null'
  readonly name = 'bench'
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
  depth = 0
  readonly held: StoreRequest[] = []

  submit(request: StoreRequest): boolean {
    request.fault = undefined
    if (this.depth === 0) return true
    this.held.push(request)
    return false
  }

  listen(): void {}

  close(): Promise<undefined> {
    return Promise.resolve(undefined)
  }
}

class NoTask implements Task {
  tag = 1
  readonly lun = 0
  readonly attribute = TaskAttribute.simple
  readonly cdb = new Uint8Array(16)
  readonly readBytes: number
  readonly writeBytes: number
  execution: object | undefined = undefined
  ended = 0
  readonly #slab: Slab

  constructor(slab: Slab, opcode: number) {
    this.#slab = slab
    const view = new DataView(this.cdb.buffer)
    view.setUint8(0, opcode)
    if (opcode !== 0) view.setUint16(7, IO_BYTES / 512)
    this.readBytes = opcode === 0x28 ? IO_BYTES : 0
    this.writeBytes = opcode === 0x2a ? IO_BYTES : 0
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
const ready = new NoTask(slab, 0)
nexus.submit(ready)

function inPlace(opcode: number, rounds: number): number {
  store.depth = 0
  const task = new NoTask(slab, opcode)
  const view = new DataView(task.cdb.buffer)
  const begin = process.hrtime.bigint()
  for (let i = 0; i < rounds; i++) {
    if (opcode !== 0) view.setUint32(2, ((i * 2654435761) >>> 4) & ~7)
    nexus.submit(task)
  }
  return Number(process.hrtime.bigint() - begin) / rounds
}

function atDepth(opcode: number, rounds: number, depth: number): number {
  store.depth = depth
  const tasks = Array.from({ length: depth }, () => new NoTask(slab, opcode))
  const views = tasks.map(task => new DataView(task.cdb.buffer))
  const begin = process.hrtime.bigint()
  let at = 0
  for (let i = 0; i < rounds; i++) {
    views[at]?.setUint32(2, ((i * 2654435761) >>> 4) & ~7)
    nexus.submit(tasks[at] as NoTask)
    at = (at + 1) % depth
    if (store.held.length === depth) {
      const request = store.held[i % depth] as StoreRequest
      store.held[i % depth] = store.held.at(-1) as StoreRequest
      store.held.pop()
      request.owner.completed(request)
    }
  }
  const took = Number(process.hrtime.bigint() - begin) / rounds
  for (const request of store.held.splice(0)) request.owner.completed(request)
  return took
}

const row = (what: string, nanoseconds: number) =>
  process.stdout.write(`${what.padEnd(40)} ${nanoseconds.toFixed(0)} ns\n`)
for (let round = 0; round < 3; round++) {
  row('TEST UNIT READY', inPlace(0x00, ROUNDS))
  row('READ 4 KiB in place', inPlace(0x28, ROUNDS))
  row('WRITE 4 KiB in place', inPlace(0x2a, ROUNDS))
  for (const depth of [32, 512]) {
    row(`READ 4 KiB, ${depth} under way`, atDepth(0x28, ROUNDS, depth))
    row(`WRITE 4 KiB, ${depth} under way`, atDepth(0x2a, ROUNDS, depth))
  }
}
