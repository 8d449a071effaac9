import { type ScsiCommand, SenseSegment } from '@lunkit/pdu'
import { decodeSense, decodeUnmapList, type SenseData, SenseKey } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { dataView, type View } from '@lunkit/wire'
import { Finding, FindingKind } from '../finding.ts'
import { type Effect, effectOf } from './command-effect.ts'
import type { Toucher } from './disk-model.ts'
import type { ServedLun } from './served-disk.ts'

/** Sense keys of commands that have not changed the medium. */
const UNTOUCHED: ReadonlySet<number> = new Set([
  SenseKey.notReady,
  SenseKey.illegalRequest,
  SenseKey.unitAttention,
  SenseKey.dataProtect,
  SenseKey.miscompare,
])
const UNTOUCHED_STATUS: ReadonlySet<number> = new Set([
  Status.busy,
  Status.reservationConflict,
  Status.taskSetFull,
  Status.acaActive,
])
const WRITING: ReadonlySet<Effect['kind']> = new Set(['write', 'fill', 'unmap', 'exchange'])
/** Which store operations a command of a kind must not survive the failure of. */
const NEEDS: Readonly<Record<Effect['kind'], readonly string[]>> = {
  read: ['read'],
  write: ['write'],
  fill: ['write', 'zero', 'discard'],
  unmap: ['discard', 'zero'],
  exchange: ['read', 'write'],
  compare: ['read'],
  flush: ['flush'],
  none: [],
}

interface Segment {
  readonly offset: number
  readonly bytes: Buffer
}

/** A SCSI command as its initiator knows it: what it may do, what was sent for it, and what came of it. */
export class TaskModel implements Toucher {
  readonly tag: number
  readonly expectedBytes: number
  readonly reads: boolean
  readonly effect: Effect
  readonly from: number
  readonly end: number
  readonly writes: boolean
  contested = false
  shared = false
  /** Its tag is another task's too: what comes may be for either. */
  doubled = false
  /** Data of it came with a wrong digest. */
  spoilt = false
  readonly lun: bigint
  /** W. */
  readonly #write: boolean
  r2ts = 0
  /** How it ended; undefined while it has not. */
  status: number | undefined
  /** Data-In PDUs and bytes by now. */
  dataIns = 0
  readBytes = 0
  readonly #writtenBytes: number
  readonly #unit: ServedLun | undefined
  readonly #segments: Segment[] = []
  readonly #faultsBefore: number
  readonly #before: Buffer | undefined
  readonly #aloneAtFirst: boolean

  constructor(view: View<typeof ScsiCommand.fields>, unit: ServedLun | undefined) {
    this.tag = view.initiatorTaskTag
    this.lun = view.lun
    this.expectedBytes = view.expectedDataTransferLength
    this.reads = view.read
    this.#write = view.write
    this.#writtenBytes = view.write ? view.expectedDataTransferLength : 0
    this.#unit = unit
    const model = unit?.disk.model
    const effect = model ? effectOf(Buffer.from(view.cdb), model) : undefined
    this.effect = effect ?? { kind: 'none', from: 0, lengthBytes: 0, dataBytes: 0 }
    this.from = this.effect.from
    this.end = this.from + this.effect.lengthBytes
    this.writes = WRITING.has(this.effect.kind)
    this.#faultsBefore = unit?.disk.faults.length ?? 0
    this.#aloneAtFirst = model?.active === 0
    const onMedium = model !== undefined && this.end <= model.sizeBytes
    if (onMedium && this.effect.kind === 'read')
      this.#before = Buffer.from(model.contents.subarray(this.from, Math.min(this.end, this.from + this.expectedBytes)))
    model?.begin(this)
  }

  /** Data-out was sent, with a right digest. */
  sent(offset: number, bytes: Buffer): void {
    if (bytes.length > 0) this.#segments.push({ offset, bytes })
  }

  /** Data-In has come. */
  received(offset: number, bytes: Buffer): void {
    if (this.doubled) return
    if (offset !== this.readBytes)
      throw new Finding(FindingKind.numbering, `Data-In at offset ${offset}, ${this.readBytes} was next`)
    this.readBytes += bytes.length
    if (!this.reads || this.readBytes > this.expectedBytes)
      throw new Finding(FindingKind.protocol, `${this.readBytes} bytes of Data-In, ${this.expectedBytes} were expected`)
    const expected = this.#before
    const model = this.#unit?.disk.model
    if (!expected || !model || this.contested) return
    const right = expected.subarray(offset, offset + bytes.length)
    if (right.equals(bytes) || model.difference(this.from + offset, bytes) === undefined) return
    throw new Finding(FindingKind.wrongData, `READ of ${this.from} + ${offset}: not what was written`)
  }

  /** The residual of a command that ended with GOOD, in bytes of underflow: it and R and W agree with the CDB. */
  goodWith(underflowBytes: number): void {
    const { kind, lengthBytes, dataBytes } = this.effect
    if (this.doubled || kind === 'none') return
    const goesOut = this.#write && this.expectedBytes > 0
    if (dataBytes > 0 && this.expectedBytes > 0 && !goesOut)
      throw new Finding(FindingKind.goodWithoutData, `GOOD for a ${kind} whose data was to go the other way`)
    const movableBytes = kind === 'read' && !goesOut ? lengthBytes : dataBytes
    if (underflowBytes !== this.expectedBytes - movableBytes)
      throw new Finding(
        FindingKind.protocol,
        `GOOD for a ${kind} of ${movableBytes} bytes, of ${this.expectedBytes}, with an underflow of ${underflowBytes}`,
      )
  }

  /** The command has ended. */
  ended(status: number, senseSegment: Uint8Array): void {
    this.status = status
    const disk = this.#unit?.disk
    if (!disk) return
    disk.model.end(this)
    if (this.doubled) return this.lost()
    if (status === Status.good) return this.#good()
    if (!this.writes) return
    const untouched = UNTOUCHED_STATUS.has(status) || (status === Status.checkCondition && isUntouched(senseSegment))
    if (!untouched) disk.model.doubt(this.from, this.end)
  }

  /** Nothing is heard of the command any more: it may run on, or have run. */
  lost(): void {
    if (this.writes) this.#unit?.disk.model.doubt(this.from, this.end)
  }

  #good(): void {
    const unit = this.#unit as ServedLun
    if (this.spoilt) throw new Finding(FindingKind.digestIgnored, 'GOOD for a command whose data had a wrong digest')
    this.#checkFaults(unit)
    if (this.writes && unit.writeProtected && this.effect.lengthBytes > 0 && this.effect.kind !== 'unmap')
      throw new Finding(FindingKind.protocol, 'GOOD for a write through a write-protected number')
    const { kind, lengthBytes } = this.effect
    if (kind === 'none' || kind === 'flush') return
    if (kind === 'read') return this.#readWhole(lengthBytes)
    const data = this.#dataOut()
    if (this.contested) return this.lost()
    this.#apply(kind, data)
  }

  #checkFaults({ disk }: ServedLun): void {
    if (this.shared) return
    const needs = NEEDS[this.effect.kind]
    const isFlush = this.effect.kind === 'flush'
    if (isFlush && !(this.#aloneAtFirst && disk.model.active === 0)) return
    for (const { operation, from, end } of disk.faults.slice(this.#faultsBefore)) {
      const touches = isFlush || (from < this.end && end > this.from)
      if (needs.includes(operation) && touches && this.effect.kind !== 'unmap')
        throw new Finding(FindingKind.goodAfterFault, `GOOD for a ${this.effect.kind} though the ${operation} failed`)
    }
  }

  #readWhole(lengthBytes: number): void {
    const wanted = this.reads ? Math.min(lengthBytes, this.expectedBytes) : 0
    if (this.readBytes !== wanted)
      throw new Finding(FindingKind.wrongData, `GOOD for a READ of ${wanted} bytes of which ${this.readBytes} came`)
  }

  /** The data-out that the command has; bytes that were sent twice differently make it contested. */
  #dataOut(): Buffer {
    const wanted = Math.min(this.#writtenBytes, this.effect.dataBytes)
    const data = Buffer.alloc(wanted)
    const there = new Uint8Array(wanted)
    let covered = 0
    for (const { offset, bytes } of this.#segments) {
      for (let i = 0, at = offset; i < bytes.length && at < wanted; i++, at++) {
        if (there[at] === 1) {
          if (data[at] !== bytes[i]) this.contested = true
          continue
        }
        there[at] = 1
        data[at] = bytes[i] as number
        covered++
      }
    }
    if (covered < wanted)
      throw new Finding(
        FindingKind.goodWithoutData,
        `GOOD for a ${this.effect.kind} of ${wanted} bytes of which ${covered} were sent`,
      )
    return data
  }

  #apply(kind: Effect['kind'], data: Buffer): void {
    const { disk } = this.#unit as ServedLun
    const { model } = disk
    const { from, lengthBytes } = this.effect
    if (kind === 'write') model.write(from, data)
    else if (kind === 'compare') this.#compared(data)
    else if (kind === 'exchange') {
      this.#compared(data.subarray(0, lengthBytes))
      model.write(from, data.subarray(lengthBytes))
    } else if (kind === 'fill') model.write(from, Buffer.alloc(lengthBytes, data.length > 0 ? data : 0))
    else if (kind === 'unmap') this.#unmapped(data)
  }

  #compared(data: Buffer): void {
    if ((this.#unit as ServedLun).disk.model.difference(this.from, data) !== undefined)
      throw new Finding(FindingKind.wrongData, `GOOD for a comparison at ${this.from} with what is not there`)
  }

  #unmapped(list: Buffer): void {
    const { disk, writeProtected } = this.#unit as ServedLun
    if (list.length === 0) return
    for (const { lba, blocks } of decodeUnmapList(list)) {
      const from = lba * disk.model.blockBytes
      if (blocks > 0 && writeProtected)
        throw new Finding(FindingKind.protocol, 'GOOD for an UNMAP through a write-protected number')
      if (blocks > 0) disk.model.write(from, Buffer.alloc(blocks * disk.model.blockBytes))
    }
  }
}

/** The sense data of a SCSI Response's data segment. */
export function senseOf(segment: Uint8Array): SenseData | undefined {
  if (segment.length < SenseSegment.size) return undefined
  const { senseLength } = SenseSegment.view(dataView(segment))
  return decodeSense(segment.subarray(SenseSegment.size, SenseSegment.size + senseLength))
}

function isUntouched(segment: Uint8Array): boolean {
  const sense = senseOf(segment)
  return sense !== undefined && sense.deferred !== true && UNTOUCHED.has(sense.code.key)
}
