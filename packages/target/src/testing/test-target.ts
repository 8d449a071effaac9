import type { Offers } from '@lunkit/pdu'
import type { TaskRouter } from '@lunkit/scsi/transport'
import { Slab } from '@lunkit/wire'
import { afterEach } from 'vitest'
import type { Batch } from '../connection/batch.ts'
import type { Connection } from '../connection/connection.ts'
import type { FullFeatureConnection } from '../full-feature/full-feature-connection.ts'
import { FullFeaturePhase } from '../full-feature/full-feature-phase.ts'
import type { TargetLimits } from '../limits.ts'
import { DEFAULT_ACCESS, type InitiatorAccess } from '../server/access.ts'
import type { TargetEvent } from '../server/events.ts'
import type { LoginProof } from '../server/login-proof.ts'
import { formatAddress, type PortalAddress } from '../server/portal-address.ts'
import type { PortalGroup } from '../server/target.ts'
import { TargetServer } from '../server/target-server.ts'
import { TimerWheel } from '../timer-wheel.ts'
import { contradictionsIn } from './books.ts'
import { HandRouter } from './hand-router.ts'
import { MemoryStream } from './memory-stream.ts'
import { settled, TestClient } from './test-client.ts'

/** The target of every test. */
export const TARGET_NAME = 'iqn.2026-11.io.lunkit:disk'
/** The portal that connections of a test come to; nothing listens there. */
const PORTAL = { host: '192.0.2.1', port: 3260 }

const TICK_MS = 100

/** How a test's target differs from the usual one. */
export interface TestTargetOptions {
  readonly parameters?: Offers
  readonly access?: Partial<InitiatorAccess>
  readonly limits?: Partial<TargetLimits>
  readonly group?: Partial<PortalGroup>
  readonly slabBytes?: number
  readonly router?: (slab: Slab) => TaskRouter
  readonly discovery?: LoginProof
  readonly batch?: Batch
}

/** What is counted of memory that is held: nothing, when nothing is under way. */
const HELD = ['dataOutHeldBytes', 'dataInHeldBytes', 'outputQueuedBytes'] as const

const made: TestTarget[] = []

/** The reasons that the targets of this test have told, in order. */
export const reasonsTold = (): readonly string[] =>
  made.flatMap(({ events }) => events).flatMap(event => ('reason' in event ? [String(event.reason)] : []))

// Every test ends with nothing under way, and all memory given back.
afterEach(async () => {
  for (const target of made.splice(0)) await target.end()
})

/** A target without a network, whose clock a test turns. */
export class TestTarget {
  readonly slab: Slab
  readonly timers: TimerWheel
  readonly hand = new HandRouter()
  readonly server: TargetServer
  readonly events: TargetEvent[] = []
  readonly openPortals = new Set<string>()
  readonly group: PortalGroup
  /** Faults that a test has expected. */
  faultsExpected = 0
  readonly #connections: Connection[] = []
  readonly #served = new Set<FullFeatureConnection>()
  // Not zero: a time that nobody took must not look like the time at which a test began.
  #nowMs = 1_000_000

  constructor(options: TestTargetOptions = {}) {
    made.push(this)
    const { parameters = {}, access = {}, limits = {}, slabBytes = 16 * 1024 * 1024 } = options
    this.slab = new Slab({ sizeBytes: slabBytes, poison: true })
    this.timers = new TimerWheel({ clock: () => this.#nowMs, tickMs: TICK_MS })
    this.server = new TargetServer({
      slab: this.slab,
      timers: this.timers,
      limits,
      listener: event => this.events.push(event),
      ...(options.discovery && { discovery: options.discovery }),
      ...(options.batch && { batch: options.batch }),
      otherPortal: asked => (this.openPortals.has(formatAddress(asked)) ? asked : undefined),
    })
    this.group = {
      tag: 1,
      enabled: true,
      portals: [PORTAL],
      parameters: { MaxRecvDataSegmentLength: 262_144, ...parameters },
      access: () => ({ ...DEFAULT_ACCESS, authenticationRequired: false, ...access }),
      router: options.router?.(this.slab) ?? this.hand,
      ...options.group,
    }
    this.server.define({ name: TARGET_NAME, alias: 'a disk', portalGroups: [this.group] })
  }

  /** Lets these portals count as open, though nothing listens there. */
  open(portals: readonly PortalAddress[]): void {
    for (const portal of portals) this.openPortals.add(formatAddress(portal))
  }

  /** The target's ends of the connections that were made, one after another. */
  get connections(): readonly Connection[] {
    return this.#connections
  }

  /** A connection to the portal. */
  connect(stream = new MemoryStream()): TestClient {
    const client = new TestClient(stream)
    const connection = this.server.accept(stream, PORTAL)
    if (!connection) return client
    this.#connections.push(connection)
    stream.start(connection)
    stream.fed = () => this.audit()
    return client
  }

  /** A connection that has logged in. */
  async loggedIn(keys: Readonly<Record<string, string>> = {}): Promise<TestClient> {
    const client = this.connect()
    const { values } = await client.login({ keys })
    if (values.status !== 0) throw new Error(`the login was refused with ${values.status.toString(16)}`)
    return client
  }

  /** Lets time pass, tick by tick. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      this.#nowMs += TICK_MS
      this.timers.advance()
    }
    await settled()
    this.audit()
  }

  /** Complains where the books of a session contradict each other: tasks, tags, slots and timers have one owner each. */
  audit(): void {
    for (const { phase } of this.#connections) if (phase instanceof FullFeaturePhase) this.#served.add(phase.home)
    const found = [...this.#served].flatMap(contradictionsIn)
    if (found.length > 0) throw new Error(`the target's books: ${found.join('; ')}`)
  }

  /** What the server has counted under a name. */
  counted(name: Parameters<TargetServer['statistics']['get']>[0]): number {
    return this.server.statistics.get(name)
  }

  /** The kinds of what the server has told. */
  get told(): string[] {
    return this.events.map(({ kind }) => kind)
  }

  /** Ends the target and complains of what it leaves behind. */
  async end(): Promise<void> {
    await settled()
    this.audit()
    this.hand.endsAtOnce = true
    for (const nexus of this.hand.nexuses) if (nexus.closedBy) nexus.end()
    await this.server.close()
    this.audit()
    const faults = this.events
      .filter(event => event.kind === 'fault')
      .map(({ error }) => String((error as Error).stack))
    if (faults.length !== this.faultsExpected) throw new Error(`unexpected: ${faults.join('\n')}`)
    if (this.slab.takenBytes > 0)
      throw new Error(`${this.slab.takenBytes} bytes of transfer memory were not given back`)
    if (this.slab.waiting > 0) throw new Error(`${this.slab.waiting} wishes for memory are left`)
    for (const name of HELD)
      if (this.counted(name) !== 0) throw new Error(`${name} is ${this.counted(name)} with nothing under way`)
    if (this.timers.size > 0) throw new Error(`${this.timers.size} deadlines are left`)
  }
}
