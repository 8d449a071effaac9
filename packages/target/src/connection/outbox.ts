import { type Pdu, PduWriter, type ShownPdu, type Turn } from '@lunkit/pdu'
import type { Fields, Slot, Values } from '@lunkit/wire'
import type { TargetLimits } from '../limits.ts'
import type { MemoryShare } from '../session/memory-share.ts'
import type { ByteStream } from './byte-stream.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { Flushed, TurnEnd } from './turn-end.ts'

/** The numbers of a command window that every answer tells, RFC 7143 11.4.10 and 11.4.11. */
export interface CommandNumbers {
  readonly expCmdSN: number
  readonly maxCmdSN: number
}

/** What an outbox works with. */
export interface OutboxSurroundings {
  readonly stream: ByteStream
  readonly turnEnd: TurnEnd
  /** After the other events of the process. */
  readonly readsEnd: TurnEnd
  readonly limits: Pick<TargetLimits, 'outputBytesPerTurn'>
  readonly counts: ConnectionCounts
  readonly share: MemoryShare
  /** The transport has taken a turn's bytes. */
  readonly written: () => void
}

/**
 * What a connection sends. PDUs gather until the turn is over and go out with one system call; while the transport is
 * still busy with the last one, they gather on. A transport that takes all that it is given at once is given more after the
 * other events of the process, once it has taken what belongs to a turn.
 */
export class Outbox implements Flushed {
  readonly #writer = new PduWriter()
  readonly #stream: ByteStream
  readonly #turnEnd: TurnEnd
  readonly #readsEnd: TurnEnd
  readonly #limits: Pick<TargetLimits, 'outputBytesPerTurn'>
  readonly #counts: ConnectionCounts
  readonly #share: MemoryShare
  readonly #written: () => void
  /** The number of the next response, RFC 7143 4.2.2.2. */
  #statSN = 0
  /** What is told of the session's commands. */
  commands: CommandNumbers = { expCmdSN: 0, maxCmdSN: 0 }
  #corked = false
  #scheduled = false
  #closed = false
  #finishing = false
  #turn: Turn | undefined
  #sentBytes = 0
  /** What the transport has taken since others last had their turn, and whether they are to have it now. */
  #inARowBytes = 0
  #resting = false
  /** What the share counts of the output. */
  #countedBytes = 0

  constructor({ stream, turnEnd, readsEnd, limits, counts, share, written }: OutboxSurroundings) {
    this.#stream = stream
    this.#turnEnd = turnEnd
    this.#readsEnd = readsEnd
    this.#limits = limits
    this.#counts = counts
    this.#share = share
    this.#written = written
  }

  /** Bytes composed that the transport has not taken yet. */
  get queuedBytes(): number {
    return this.#writer.pendingBytes + (this.#turn?.lengthBytes ?? 0)
  }

  /** Bytes that the transport has taken by now: whether this grows tells a peer that reads from one that does not. */
  get sentBytes(): number {
    return this.#sentBytes
  }

  /** Whether digests follow the headers and the data segments of PDUs. */
  get headerDigest(): boolean {
    return this.#writer.headerDigest
  }

  get dataDigest(): boolean {
    return this.#writer.dataDigest
  }

  /** Has somebody shown each PDU that is ended, or nobody any more. */
  set shown(shown: ShownPdu | undefined) {
    this.#writer.shown = shown
  }

  /** Digests of the PDUs from now on. */
  useDigests(header: boolean, data: boolean): void {
    this.#writer.headerDigest = header
    this.#writer.dataDigest = data
  }

  /** Begins an answer: it takes a StatSN, so that the next one has the next number (RFC 7143 4.2.2.2). */
  answer<F extends Fields>(of: Pdu<F>): Values<F> {
    return this.#compose(of, this.#takeStatSN())
  }

  /** Begins a PDU that tells the next StatSN without taking it: an R2T, a NOP-In that was not asked for. */
  tell<F extends Fields>(of: Pdu<F>): Values<F> {
    return this.#compose(of, this.#statSN)
  }

  /** Begins a PDU that has no StatSN: a Data-In without a status. */
  carry<F extends Fields>(of: Pdu<F>): Values<F> {
    return this.#compose(of, 0)
  }

  /** Begins a PDU without numbers: the refusal of a login. */
  begin<F extends Fields>(of: Pdu<F>): Values<F> {
    this.#counts.composed(of.opcode)
    return this.#writer.compose(of)
  }

  /** Every number that a target sends is written here. */
  #compose<F extends Fields>(of: Pdu<F>, statSN: number): Values<F> {
    const out = this.begin(of)
    const { commands } = this
    this.#writer.number(statSN, commands.expCmdSN, commands.maxCmdSN)
    return out
  }

  #takeStatSN(): number {
    const taken = this.#statSN
    this.#statSN = (taken + 1) >>> 0
    return taken
  }

  /** Ends a PDU that has no data segment. */
  end(): void {
    this.#writer.end()
    this.#composed()
  }

  /** Ends a PDU with a data segment; the slot, if any, goes to the outbox. */
  endWith(data: Uint8Array, slot?: Slot): void {
    this.#writer.endWith(data, slot)
    this.#composed()
  }

  /** The receive loop runs, in a turn of its own, and sends what came of it at its end. */
  cork(): void {
    this.#corked = true
    this.#inARowBytes = 0
  }

  /** The receive loop has ended. */
  uncork(): void {
    this.#corked = false
  }

  /** Sends what is composed, unless the transport is still busy, or others have their turn. */
  flush(): void {
    this.#scheduled = false
    if (this.#turn || (this.#resting && !this.#closed)) return this.#count()
    const turn = this.#writer.take()
    if (this.#closed) turn?.written()
    else this.#turn = turn
    this.#count()
    if (!turn) return this.#sentAll()
    if (this.#closed) return
    this.#counts.sent(turn.lengthBytes)
    this.#stream.write(turn.buffers, this.#taken)
  }

  /** Brings what the share counts of the output up to date. */
  #count(): void {
    const { queuedBytes } = this
    if (queuedBytes === this.#countedBytes) return
    this.#share.countOutput(queuedBytes - this.#countedBytes)
    this.#countedBytes = queuedBytes
  }

  /** Closes the transport's sending side when all that is composed is sent, which the receive loop sees to where it runs. */
  finish(): void {
    this.#finishing = true
    if (!this.#corked || this.queuedBytes === 0) this.flush()
  }

  #sentAll(): void {
    if (!this.#finishing || this.#closed) return
    this.#closed = true
    this.#stream.end()
  }

  /** Nothing is sent from now on; what is composed is given back. */
  close(): void {
    this.#closed = true
    this.flush()
  }

  /** The transport is gone, and with it the need for what it was given. */
  gone(): void {
    this.close()
    this.#taken()
  }

  readonly #taken = (): void => {
    const turn = this.#turn
    if (!turn) return
    this.#turn = undefined
    this.#sentBytes += turn.lengthBytes
    turn.written()
    this.#inARowBytes += turn.lengthBytes
    if (this.#closed || this.#inARowBytes < this.#limits.outputBytesPerTurn) this.#goOn()
    else this.#rest()
  }

  /** The others have their turn. */
  #rest(): void {
    this.#resting = true
    this.#readsEnd.add(this.#rested)
  }

  readonly #rested: Flushed = {
    flush: () => {
      this.#resting = false
      this.#inARowBytes = 0
      this.#goOn()
    },
  }

  /** What was taken has made room: for what was composed meanwhile, and for what waits to be read. */
  #goOn(): void {
    this.flush()
    this.#written()
  }

  #composed(): void {
    if (this.#corked || this.#scheduled) return
    this.#scheduled = true
    this.#turnEnd.add(this)
  }
}
