import { createRamdisk, DelayLayer, FailLayer, type Store, StoreRequest } from '@lunkit/backstores'
import { type PortGroup, TargetDevice } from '@lunkit/scsi-engine'
import {
  ChapSecret,
  DEFAULT_ACCESS,
  type LoginProof,
  type PortalAddress,
  type PortalGroup,
  type TargetCredentials,
  type TargetEvent,
  TargetServer,
  TimerWheel,
} from '@lunkit/target'
import { Slab, type Slot } from '@lunkit/wire'
import { Finding, FindingKind } from '../finding.ts'
import { DiskModel } from '../oracle/disk-model.ts'
import { GUARDED_TARGET_NAME, INITIATOR, ITSELF } from '../oracle/guarded-target.ts'
import type { ManagementCount } from '../oracle/request-ledger.ts'
import type { AskedChallenges, SecurityJudge } from '../oracle/security-judge.ts'
import type { ServedDisk, ServedLun } from '../oracle/served-disk.ts'
import { FaultWatch } from './fault-watch.ts'
import { TurnTimers } from './turn-timers.ts'
import { MemoryWire, TcpWire, type Wire } from './wire.ts'

/** The target that is fuzzed: the one of the transcripts. */
export const TARGET_NAME = 'iqn.2022-08.com.test:wire'
/** The target beside it, whose session keeps the rules. */
export const GOOD_TARGET_NAME = 'iqn.2026-11.io.lunkit:good'

const KIB = 1024
const PORTAL: PortalAddress = { host: '127.0.0.1', port: 0 }
const TICK_MS = 500
/** What a settled target still may do in a turn: nothing. For so many turns nothing has to happen. */
const QUIET_TURNS = { memory: 3, tcp: 40 }
/** After so many turns a target that is still busy hangs. */
const TURNS_AT_MOST = 20_000

/** A disk with all that can be done to it from behind. */
export interface FuzzedDisk extends ServedDisk {
  readonly model: DiskModel
  readonly watch: FaultWatch
  readonly fail: FailLayer
  readonly delay: DelayLayer
  readonly store: Store
}

/** How a world differs from the usual one: for bugs that are planted from outside. */
export interface WorldOptions {
  /** Puts something between the device server and the store of a disk that is fuzzed. */
  readonly layer?: (behind: Store) => Store
  /** Mends the digests of what is sent behind the peer's back, so that the target seems not to look at them. */
  readonly mendsDigests?: boolean
  /** How long a task management function waits for data; otherwise as docs/decisions/0011 says. */
  readonly abortWaitMs?: number
  /** Mends what is said in the security stage behind the peer's back, so that the target seems to take what it must not. */
  readonly mendsSecurity?: (entries: readonly string[], judge: SecurityJudge) => readonly string[]
  /** Has the guarded target demand nothing. */
  readonly unguarded?: boolean
}

interface DiskShape {
  readonly sizeBytes: number
  readonly blockBytes: number
  readonly removable: boolean
}

const FUZZED: readonly DiskShape[] = [
  { sizeBytes: 512 * KIB, blockBytes: 512, removable: false },
  { sizeBytes: 256 * KIB, blockBytes: 4096, removable: true },
]

const parameters = {
  HeaderDigest: ['CRC32C', 'None'],
  DataDigest: ['CRC32C', 'None'],
  InitialR2T: false,
  ImmediateData: true,
  MaxRecvDataSegmentLength: 32 * KIB,
  MaxBurstLength: 128 * KIB,
  FirstBurstLength: 64 * KIB,
  MaxOutstandingR2T: 4,
} as const

const CREDENTIALS: TargetCredentials = {
  name: INITIATOR.name,
  secret: new ChapSecret(INITIATOR.secret),
  mutual: { name: ITSELF.name, secret: new ChapSecret(ITSELF.secret) },
}

const limits = {
  failedLoginsHeld: 2,
  loginRequests: 16,
  pdusPerTurn: 16,
  dataOutBytes: 1024 * KIB,
  dataInBytes: 256 * KIB,
  outputBytes: 16 * KIB,
  outputBytesAtMost: 64 * KIB,
} as const

/** A target in this process with disks, clock, network and faults in the hands of the fuzzer. */
export class World implements AsyncDisposable {
  readonly slab = new Slab({ sizeBytes: 16 * 1024 * KIB, poison: true })
  readonly timers: TimerWheel
  readonly device: TargetDevice
  readonly server: TargetServer
  readonly disks: FuzzedDisk[] = []
  readonly goodDisk: FuzzedDisk
  readonly luns: ReadonlyMap<number, ServedLun>
  readonly goodLuns: ReadonlyMap<number, ServedLun>
  /** What was asked by CHAP so far. */
  readonly asked: AskedChallenges = []
  readonly management: ManagementCount = { asked: 0, ended: 0 }
  readonly options: WorldOptions
  readonly groups: readonly PortGroup[]
  /** Hears of connections that end and logins that are refused. */
  feature: (words: string) => void = () => {}
  readonly #storeTimers = new TurnTimers()
  /** Memory of its own to look at disks with. */
  readonly #slot = new Slab({ sizeBytes: PIECE_BYTES }).take(PIECE_BYTES) as Slot
  readonly #look = new StoreRequest({ completed: () => {} })
  readonly #units = new Map<FuzzedDisk, ReturnType<TargetDevice['addUnit']>>()
  #wrong: Finding | undefined
  #nowMs = 0
  #usesTcp = false

  constructor(options: WorldOptions = {}) {
    this.options = options
    this.timers = new TimerWheel({ clock: () => this.#nowMs, tickMs: TICK_MS })
    this.device = new TargetDevice({
      slab: this.slab,
      timers: this.timers,
      onBug: error => this.wrong(new Finding(FindingKind.bug, stackOf(error), error)),
    })
    const { abortWaitMs } = options
    this.server = new TargetServer({
      slab: this.slab,
      timers: this.timers,
      limits: abortWaitMs === undefined ? limits : { ...limits, abortWaitMs },
      listener: this.#heard,
    })
    for (const shape of FUZZED) this.disks.push(this.#disk(`disk${this.disks.length}`, shape, options.layer))
    this.goodDisk = this.#disk('good', { sizeBytes: 64 * KIB, blockBytes: 512, removable: false })
    const [first, second] = this.disks as [FuzzedDisk, FuzzedDisk]
    this.luns = new Map([
      [0, { disk: first, writeProtected: false }],
      [1, { disk: second, writeProtected: false }],
      [2, { disk: first, writeProtected: true }],
      [300, { disk: second, writeProtected: false }],
    ])
    this.goodLuns = new Map([[0, { disk: this.goodDisk, writeProtected: false }]])
    this.groups = [
      this.#define(TARGET_NAME, 1, this.luns),
      this.#define(GOOD_TARGET_NAME, 2, this.goodLuns),
      this.#define(GUARDED_TARGET_NAME, 3, this.luns, {
        authenticationRequired: options.unguarded !== true,
        credentials: CREDENTIALS,
      }),
    ]
  }

  #disk(name: string, shape: DiskShape, layer: (behind: Store) => Store = behind => behind): FuzzedDisk {
    const { sizeBytes, blockBytes, removable } = shape
    const store = createRamdisk({ name, sizeBytes })
    const fail = new FailLayer(store)
    const watch = new FaultWatch(fail)
    const delay = new DelayLayer(watch, this.#storeTimers)
    const disk = { model: new DiskModel(sizeBytes, blockBytes), faults: watch.faults, watch, fail, delay, store }
    const thin = { emulateTpu: true, emulateTpws: true, unmapZeroesData: true, maxUnmapBlockDescCount: 4 }
    const attributes = { blockSizeBytes: blockBytes, removable, queueDepth: 16, emulateFuaWrite: true, ...thin }
    this.#units.set(disk, this.device.addUnit(layer(delay), { attributes }))
    return disk
  }

  #define(
    name: string,
    relativePortId: number,
    luns: ReadonlyMap<number, ServedLun>,
    proof: LoginProof = { authenticationRequired: false },
  ): PortGroup {
    const router = this.device.portGroup({ targetName: name, tag: 1, relativePortId })
    const mappings = [...luns].map(([lun, { disk, writeProtected }]) => {
      const unit = this.#units.get(disk as FuzzedDisk)
      if (!unit) throw new Error(`LUN ${lun} has no unit`)
      return { lun, unit, writeProtected }
    })
    router.mapLuns(undefined, mappings)
    const group: PortalGroup = {
      tag: 1,
      enabled: true,
      portals: [PORTAL],
      parameters,
      access: () => ({ ...DEFAULT_ACCESS, ...proof, commandDepth: 16, dataOutTimeoutMs: 4000 }),
      router,
    }
    this.server.define({ name, portalGroups: [group] })
    return router
  }

  readonly #heard = (event: TargetEvent): void => {
    if (event.kind === 'fault') this.wrong(new Finding(FindingKind.fault, stackOf(event.error), event.error))
    if (event.kind === 'connectionEnded')
      this.feature(`end ${event.state} ${event.why} ${event.detail?.replace(/[\d"].*/s, '') ?? ''}`)
    if (event.kind === 'loginRefused') this.feature(`refused ${event.status} ${event.reason.replace(/[\d"].*/s, '')}`)
  }

  /** What the target's clock shows. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Something is wrong that was seen where it cannot be thrown. */
  wrong(finding: Finding): void {
    this.#wrong ??= finding
  }

  /** @throws {Finding} what was noted. */
  check(): void {
    const wrong = this.#wrong
    this.#wrong = undefined
    if (wrong) throw wrong
  }

  /** A connection in memory. */
  connect(): MemoryWire {
    // Where the network leads as well, once it does: a portal is known by where it listens.
    const portal = this.server.addressOf(PORTAL) ?? PORTAL
    const wire = new MemoryWire(portal)
    const connection = this.server.accept(wire, portal)
    if (connection) wire.start(connection)
    return wire
  }

  /** A connection by the network. */
  async connectTcp(): Promise<Wire> {
    if (!this.#usesTcp) for (const target of this.server.targets) await this.server.serve(target)
    this.#usesTcp = true
    return TcpWire.open(this.server.addressOf(PORTAL) ?? PORTAL)
  }

  /** One turn of the event loop. */
  async turn(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    this.#storeTimers.tick()
  }

  /** Lets everything run that waits for nothing but its turn. @throws {Finding} where that does not end. */
  async settle(): Promise<void> {
    const quietTurns = this.#usesTcp ? QUIET_TURNS.tcp : QUIET_TURNS.memory
    let quiet = 0
    let before = -1
    for (let turns = 0; quiet < quietTurns; turns++) {
      if (turns > TURNS_AT_MOST) throw new Finding(FindingKind.hung, `busy after ${TURNS_AT_MOST} turns`)
      await this.turn()
      this.check()
      const activity = this.#activity()
      quiet = activity === before && this.#storeTimers.size === 0 ? quiet + 1 : 0
      before = activity
    }
  }

  #activity(): number {
    const { statistics } = this.server
    return statistics.get('bytesIn') + statistics.get('bytesOut') + statistics.get('pdusIn') + statistics.get('pdusOut')
  }

  /** Lets time pass, tick by tick. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      this.#nowMs += TICK_MS
      this.timers.advance()
      await this.turn()
    }
    await this.settle()
  }

  /** Compares what lies on the disks, read behind everything that was put before them, with what must be there. */
  checkContents(): void {
    for (const disk of [...this.disks, this.goodDisk]) {
      this.#eachPiece(disk, (offset, bytes) => {
        const at = disk.model.difference(offset, bytes)
        if (at !== undefined) throw new Finding(FindingKind.wrongContents, `${disk.store.name} at byte ${at}`)
      })
      if (disk.model.inDoubt) this.#eachPiece(disk, (offset, bytes) => disk.model.contents.set(bytes, offset))
      disk.model.settle()
    }
  }

  #eachPiece({ store }: FuzzedDisk, look: (offset: number, bytes: Buffer) => void): void {
    const request = this.#look
    for (let offset = 0; offset < store.sizeBytes; offset += PIECE_BYTES) {
      const lengthBytes = Math.min(PIECE_BYTES, store.sizeBytes - offset)
      Object.assign(request, { operation: 'read', offset, lengthBytes, slot: this.#slot, fault: undefined })
      if (!store.submit(request) || request.fault) throw new Error(`the disk cannot be read: ${request.fault}`)
      look(offset, this.#slot.bytes.subarray(0, lengthBytes))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close()
    for (const disk of [...this.disks, this.goodDisk]) await disk.store.close()
  }
}

const PIECE_BYTES = 256 * KIB

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
