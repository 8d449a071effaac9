import { Decoder, DROP, PduError, PduFault, type PduReceiver, type ReceivedHeader } from '@lunkit/pdu'
import { copyBytes, type Slot, SMALLEST_SLOT_BYTES } from '@lunkit/wire'
import { ConnectionEnd } from '../server/events.ts'
import { formatAddress } from '../server/portal-address.ts'
import { ConnectionEvent, ConnectionState, connectionMachine } from '../states/connection-states.ts'
import { moved } from '../states/machine.ts'
import { Counter } from '../statistics.ts'
import type { CancelDeadline } from '../timer-wheel.ts'
import type { ConnectionTap } from '../trace/connection-tap.ts'
import type { ByteStream, StreamListener } from './byte-stream.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { ConnectionSurroundings } from './connection-surroundings.ts'
import { EngineDepth } from './engine-depth.ts'
import { explainGreeting, Greeting, greetingOf } from './greeting.ts'
import { Outbox } from './outbox.ts'
import { nowhere, type Phase } from './phase.ts'

/** Why a connection is not read. */
const Pause = { output: 1, turn: 2, login: 4 } as const
type Pause = (typeof Pause)[keyof typeof Pause]

/** From here on the rest of a data segment is read where it belongs: a copy would cost more than one more read. */
const PLACE_FROM_BYTES = 16 * 1024

/** RFC 7143 8.1.4: the states that make up the full feature phase. */
const FULL_FEATURE: ReadonlySet<ConnectionState> = new Set([
  ConnectionState.loggedIn,
  ConnectionState.inLogout,
  ConnectionState.logoutRequested,
])

/** What puts another connection in the place of this one. */
const REINSTATEMENTS: ReadonlySet<ConnectionEnd> = new Set([
  ConnectionEnd.reinstated,
  ConnectionEnd.connectionReinstated,
])

/** How a connection is made. */
export interface ConnectionOptions {
  readonly stream: ByteStream
  readonly surroundings: ConnectionSurroundings
  readonly counts: ConnectionCounts
  /** Called once, when the transport is gone. */
  readonly gone: (connection: Connection) => void
}

/** One TCP connection: reads PDUs, sends what is answered, and moves through the states of RFC 7143 8.1. */
export class Connection implements PduReceiver, StreamListener {
  readonly stream: ByteStream
  readonly outbox: Outbox
  readonly decoder: Decoder
  readonly engine = new EngineDepth()
  readonly counts: ConnectionCounts
  readonly #surroundings: ConnectionSurroundings
  readonly #gone: (connection: Connection) => void
  #state: ConnectionState = ConnectionState.free
  #phase: Phase = nowhere
  #pauses = 0
  /** What came and waits for its turn, and the transfer memory that it lies in. */
  #rest: Uint8Array | undefined
  #restSlot: Slot | undefined
  #over = false
  /** Bytes of output at which the turn is over. */
  #turnEndsAtBytes = 0
  #linger: CancelDeadline | undefined
  /** What its first bytes were. */
  #greeting: Greeting = Greeting.none
  /** Who looks at its PDUs; undefined, as long as nobody traces it: nobody. */
  #tap: ConnectionTap | undefined
  /** When bytes last came in, by the coarse clock. */
  heardAtMs: number

  constructor({ stream, surroundings, counts, gone }: ConnectionOptions) {
    this.stream = stream
    this.#surroundings = surroundings
    this.counts = counts
    this.#gone = gone
    const { timers, limits } = surroundings
    this.outbox = new Outbox({ ...surroundings, stream, counts, written: () => this.#written() })
    this.decoder = new Decoder(this, { pdusPerPush: limits.pdusPerTurn })
    this.heardAtMs = timers.now
    this.move(ConnectionEvent.accepted)
  }

  get state(): ConnectionState {
    return this.#state
  }

  get remote(): string {
    return formatAddress(this.stream.remote)
  }

  get tap(): ConnectionTap | undefined {
    return this.#tap
  }

  /** Has something look at each PDU, or nothing any more. */
  set tap(tap: ConnectionTap | undefined) {
    this.#tap = tap
    this.outbox.shown = tap && ((view, at, data) => tap.sent(view, at, data))
  }

  /** Whether the connection is not read for now. */
  get paused(): boolean {
    return this.#pauses !== 0
  }

  /** Whether the connection has ended. */
  get over(): boolean {
    return this.#over
  }

  /** Whether the connection has got to the full feature phase, and not beyond it. */
  get loggedIn(): boolean {
    return FULL_FEATURE.has(this.#state)
  }

  /** @internal what is done with PDUs now, for tests to audit */
  get phase(): Phase {
    return this.#phase
  }

  /** What is done with PDUs from the next one on. */
  enter(phase: Phase): void {
    this.#phase = phase
  }

  /** Moves by the table of RFC 7143 8.1.4. @throws {IllegalTransition} for a bug of the target */
  move(event: ConnectionEvent): void {
    this.#state = moved(connectionMachine, this.#state, event)
  }

  receive(memory: Uint8Array, lengthBytes: number, more: boolean): void {
    this.#heard(lengthBytes)
    if (this.#greeting === Greeting.none) this.#greeting = greetingOf(memory.subarray(0, lengthBytes))
    const used = this.#decode(memory, lengthBytes, more)
    if (used < lengthBytes && !this.#over) {
      this.#keep(memory.subarray(used, lengthBytes))
      this.#waitForTurn()
    }
  }

  place(): Uint8Array | undefined {
    // While a rest waits for its turn the next bytes of the socket are not the decoder's next ones.
    if (this.#over || this.#pauses !== 0) return undefined
    const { place } = this.decoder
    return place && place.length >= PLACE_FROM_BYTES ? place : undefined
  }

  landed(lengthBytes: number, more: boolean): void {
    this.#heard(lengthBytes)
    if (this.#over) return
    this.outbox.cork()
    try {
      this.decoder.landed(lengthBytes)
    } catch (error) {
      this.#failed(error)
    }
    this.#uncork(more)
  }

  header(header: ReceivedHeader): Uint8Array | typeof DROP {
    return header.dataSegmentLength === 0 ? DROP : this.#phase.header(header)
  }

  complete(header: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    this.counts.received(header.opcode)
    if (this.#tap !== undefined) this.#tap.received(header, data, digestRight)
    this.#phase.complete(header, data, digestRight)
    const { queuedBytes } = this.outbox
    if (queuedBytes > this.#turnEndsAtBytes) this.decoder.stop()
    if (queuedBytes > this.#phase.outputBytes) this.#outputFull()
  }

  closed(): void {
    if (!this.#over) this.end(ConnectionEnd.peerClosed)
    this.#linger?.()
    this.outbox.gone()
    this.counts.gone()
    this.#gone(this)
  }

  /** Reads nothing while a login waits for the end of the session that it reinstates. */
  waitForLogin(): void {
    this.#pause(Pause.login)
  }

  loginReady(): void {
    this.#resume(Pause.login)
  }

  /** Asks the initiator to log out within so many seconds, where it has logged in. */
  requestLogout(seconds: number): void {
    this.#phase.requestLogout(seconds)
  }

  /** Ends the connection now, and tells the initiator where it can be told. */
  announceEnd(why: ConnectionEnd): void {
    this.#phase.announceEnd(why)
  }

  /** Ends the connection now. */
  end(why: ConnectionEnd, detail?: string): void {
    if (this.#over) return
    this.#finish(why, detail)
    this.outbox.close()
    this.stream.destroy()
  }

  /** Ends the connection after what was composed is sent; the peer is given some time to close its side. */
  close(why: ConnectionEnd, detail?: string): void {
    if (this.#over) return
    // The end gives back the memory that data was on its way to.
    this.stream.forgetPlace()
    this.#finish(why, detail)
    this.#pauses = 0
    this.stream.resume()
    this.outbox.finish()
    const { timers, limits, statistics } = this.#surroundings
    this.#linger = timers.after(limits.lingerMs, () => {
      statistics.add(Counter.connectionsLingered)
      this.stream.destroy()
    })
  }

  /** Does not wait any longer for the peer to close its side. */
  drop(): void {
    if (this.#over) this.stream.destroy()
  }

  #finish(why: ConnectionEnd, detail: string | undefined): void {
    this.#over = true
    this.#restSlot?.release()
    this.#restSlot = undefined
    this.#rest = undefined
    this.decoder.stop()
    const state = this.#state
    if (state !== ConnectionState.free)
      this.move(REINSTATEMENTS.has(why) ? this.#reinstatedEvent() : ConnectionEvent.lost)
    const phase = this.#phase
    this.#phase = nowhere
    const known =
      state === ConnectionState.xptUp || state === ConnectionState.inLogin
        ? explainGreeting(this.#greeting, { why, state, detail })
        : detail
    this.#surroundings.tell({
      kind: 'connectionEnded',
      remote: this.remote,
      state,
      why,
      ...(known !== undefined && { detail: known }),
    })
    phase.ended(why)
  }

  /** A login that another one overtakes has nothing that could be reinstated. */
  #reinstatedEvent(): ConnectionEvent {
    return this.#state === ConnectionState.inLogin ? ConnectionEvent.loginEnded : ConnectionEvent.reinstated
  }

  #heard(lengthBytes: number): void {
    const { timers, worked } = this.#surroundings
    this.counts.heard(lengthBytes)
    this.heardAtMs = timers.now
    worked?.()
  }

  /** Decodes what came in and sends what came of it; answers how much of it was used. */
  #decode(memory: Uint8Array, lengthBytes: number, more: boolean): number {
    if (this.#over) return lengthBytes
    this.outbox.cork()
    this.#turnEndsAtBytes = this.outbox.queuedBytes + this.#surroundings.limits.outputBytesPerTurn
    const { batch } = this.#surroundings
    const { unhurried } = this.#phase
    let used = lengthBytes
    batch?.begin()
    try {
      used = this.decoder.push(memory, lengthBytes)
    } catch (error) {
      this.#failed(error)
    }
    batch?.end()
    this.#uncork(unhurried || this.#over || (more && used === lengthBytes))
    return used
  }

  /** Sends what the reads so far have led to: after the other events of the process where more of them follow at once, or that may wait. */
  #uncork(late: boolean): void {
    this.outbox.uncork()
    this.counts.turnOver()
    if (late) this.#surroundings.readsEnd.add(this.outbox)
    else this.outbox.flush()
  }

  /** What a peer did wrong, or we did: a bug before the device server was called ends this connection alone. */
  #failed(error: unknown): void {
    if (this.engine.inside) throw error
    const { statistics, tell } = this.#surroundings
    if (error instanceof PduError) {
      if (error.fault === PduFault.headerDigest) this.counts.wrong('header_digest', Counter.headerDigestErrors)
      else this.counts.wrong('format', Counter.formatErrors)
      this.end(ConnectionEnd.formatError, error.message)
      return
    }
    statistics.add(Counter.faults)
    tell({ kind: 'fault', remote: this.remote, error })
    this.end(ConnectionEnd.fault, error instanceof Error ? error.message : String(error))
  }

  /**
   * The chunk's memory is the socket's, so that what cannot be decoded now is copied. What waits for no more than its
   * turn goes to transfer memory, if there is some: else the collector would have to clear away a quarter of a megabyte
   * a turn.
   */
  #keep(rest: Uint8Array): void {
    const isShort = rest.length < SMALLEST_SLOT_BYTES
    const slot = isShort || this.#isHeld() ? undefined : this.#surroundings.share.slab.take(rest.length)
    if (slot) copyBytes({ from: rest, start: 0, lengthBytes: rest.length }, slot.bytes, 0)
    this.#restSlot = slot
    this.#rest = slot ? slot.bytes.subarray(0, rest.length) : Buffer.from(rest)
  }

  /** Whether it waits for something that may take any time. */
  #isHeld(): boolean {
    return (this.#pauses & (Pause.login | Pause.output)) !== 0
  }

  /** The rest of a chunk has its turn after the other events of the process. */
  #waitForTurn(): void {
    if (this.#isHeld()) return this.#pause(Pause.turn)
    this.#surroundings.statistics.add(Counter.turnsCut)
    this.#pause(Pause.turn)
    setImmediate(() => this.#turnCame())
  }

  #turnCame(): void {
    if (this.#isHeld()) return
    const rest = this.#rest
    const slot = this.#restSlot
    this.#rest = undefined
    this.#restSlot = undefined
    this.#pauses &= ~Pause.turn
    if (rest) {
      const used = this.#decode(rest, rest.length, false)
      if (used < rest.length && !this.#over) {
        if (slot && !this.#isHeld()) {
          this.#rest = rest.subarray(used)
          this.#restSlot = slot
        } else {
          this.#keep(rest.subarray(used))
          slot?.release()
        }
        return this.#waitForTurn()
      }
      slot?.release()
    }
    if (this.#over) return
    if (this.#pauses === 0) this.stream.resume()
  }

  /** The peer reads too little of what it is sent: it is not read either, unless that is what makes memory free. */
  #outputFull(): void {
    const { owed, outputBytes, outputBytesAtMost } = this.#phase
    const { statistics } = this.#surroundings
    this.outbox.flush()
    const queuedBytes = this.outbox.queuedBytes
    if (queuedBytes > outputBytesAtMost) {
      statistics.add(Counter.connectionsOverOutput)
      this.end(ConnectionEnd.outputLimit)
    } else if (queuedBytes > outputBytes && !owed) {
      statistics.add(Counter.connectionsUnread)
      this.#pause(Pause.output)
    }
  }

  #written(): void {
    if (this.#over) return
    if (this.#pauses & Pause.output && this.outbox.queuedBytes <= this.#phase.outputBytes / 2)
      this.#resume(Pause.output)
    this.#phase.written()
  }

  #pause(why: Pause): void {
    this.#pauses |= why
    this.decoder.stop()
    this.stream.pause()
  }

  #resume(why: Pause): void {
    if (!(this.#pauses & why)) return
    this.#pauses &= ~why
    if (this.#over || this.#pauses & ~Pause.turn) return
    if (this.#pauses & Pause.turn) setImmediate(() => this.#turnCame())
    else this.stream.resume()
  }
}
