import { type Command, type CommandRequest, connect, type LogicalUnit, type Session } from '@lunkit/initiator'
import { TaskManagementFunction } from '@lunkit/scsi/transport'
import { DEFAULT_LOGIN_PARAMETERS, type Disk, DiskServer, fileio, openAccess, ramdisk, type Storage } from 'lunkit'
import { Control } from './control-page.ts'
import { MEDIUM_BLOCKS } from './draft.ts'
import type { NexusId, UnitFacts } from './unit-state.ts'

/** The target under test. */
const TARGET = 'iqn.2026-11.io.lunkit:model'
const PORTAL = { host: '127.0.0.1', port: 0 }
/** Two nexuses of one initiator, and one of an initiator that may only read the second unit in play. */
const WRITER = 'iqn.2026-11.io.lunkit:writer'
const READER = 'iqn.2026-11.io.lunkit:reader'
const INITIATORS = [WRITER, WRITER, READER] as const
const JANITOR = 'iqn.2026-11.io.lunkit:janitor'
/** The nexus that sees LUNs from here on write-protected. */
const READER_ID: NexusId = 2
const FIRST_ISID = 0x8000_4d00_0000
const ABSENT_LUN = 77
/** Small, so that 64 blocks of 4096 bytes come in several bursts. */
const PARAMETERS = {
  ...DEFAULT_LOGIN_PARAMETERS,
  FirstBurstLength: 8192,
  MaxBurstLength: 32_768,
  MaxRecvDataSegmentLength: 8192,
}
const TRANSFER_MEMORY_BYTES = 16 * 2 ** 20
/** No answer for so long is a hang. */
const ANSWER_MS = 20_000

/** The kinds of units: each case plays with two of them. */
export const UNIT_KINDS = ['ramdisk512', 'ramdisk4096', 'fileio512', 'fileio4096', 'direct512'] as const
/** One of them. */
export type UnitKindName = (typeof UNIT_KINDS)[number]

/** Puts something before a disk, or leaves it. */
type Wrap = (storage: Storage, blockSizeBytes: number) => Storage

/** Sends a command of a nexus; all sessions are there for what goes wrong on purpose. */
export type Execute = (nexus: NexusId, request: CommandRequest, sessions: readonly (Session | undefined)[]) => Command

/** How the target is served. */
export interface ServedOptions {
  /** Where files are put. */
  readonly directory: string
  readonly wrap?: Wrap
  readonly execute?: Execute
}

const executeRight: Execute = (nexus, request, sessions) => {
  const session = sessions[nexus]
  if (!session) throw new Error(`nexus ${nexus} has no session`)
  return session.execute(request)
}

function storageOf(kind: UnitKindName, directory: string): Storage {
  const blockSizeBytes = kind.endsWith('512') ? 512 : 4096
  const sizeBytes = MEDIUM_BLOCKS * blockSizeBytes
  const attributes = {
    blockSizeBytes,
    emulateTpu: true,
    emulateTpws: true,
    unmapZeroesData: true,
    maxUnmapBlockDescCount: 4,
  }
  if (kind.startsWith('ramdisk')) return ramdisk({ name: kind, sizeBytes, attributes })
  return fileio({
    name: kind,
    path: `${directory}/${kind}.img`,
    sizeBytes,
    writeBack: kind !== 'fileio4096',
    direct: kind === 'direct512',
    attributes,
  })
}

/** The target that all cases share; each case has nexuses that it has never seen, and units that the janitor has cleaned. */
export class Served implements AsyncDisposable {
  readonly #server: DiskServer
  readonly #sessions: (Session | undefined)[] = []
  readonly #isids: number[] = []
  readonly #execute: Execute
  #janitor: Session | undefined
  #nextIsid = FIRST_ISID
  #controls = new Map<number, Control>()

  private constructor(server: DiskServer, execute: Execute) {
    this.#server = server
    this.#execute = execute
  }

  /** Serves every kind of unit; the reader sees those of odd numbers write-protected. */
  static async start({ directory, wrap = each => each, execute = executeRight }: ServedOptions): Promise<Served> {
    const server = new DiskServer({ transferMemoryBytes: TRANSFER_MEMORY_BYTES, poison: true, lanes: 1 })
    const disks: Disk[] = []
    for (const kind of UNIT_KINDS)
      disks.push(await server.open(wrap(storageOf(kind, directory), kind.endsWith('512') ? 512 : 4096)))
    const luns = disks.map((disk, lun) => ({ lun, disk }))
    const readOnly = luns.map(each => ({ ...each, writeProtected: each.lun % 2 === 1 }))
    const group = { tag: 1, portals: [PORTAL], access: openAccess, luns, lunsOf: new Map([[READER, readOnly]]) }
    await server.serve({ name: TARGET, portalGroups: [{ ...group, parameters: PARAMETERS }] })
    const served = new Served(server, execute)
    served.#janitor = await served.#login(JANITOR, FIRST_ISID - 1)
    return served
  }

  /** What is known of a unit under test; without a kind, of a number that has none. */
  factsOf(kind: UnitKindName | undefined): UnitFacts {
    const lun = kind === undefined ? ABSENT_LUN : UNIT_KINDS.indexOf(kind)
    return {
      lun,
      name: kind ?? 'no unit',
      blocks: MEDIUM_BLOCKS,
      blockSizeBytes: kind?.endsWith('512') ? 512 : 4096,
      readOnlyFor: kind !== undefined && lun % 2 === 1 ? [READER_ID] : [],
      absent: kind === undefined,
    }
  }

  /** Begins a case: empty units at their defaults, and new nexuses that are not there yet. */
  async begin(units: readonly UnitFacts[]): Promise<void> {
    for (const session of this.#sessions.splice(0)) session?.destroy()
    await this.#idle()
    for (const [nexus] of INITIATORS.entries()) this.#isids[nexus] = this.#nextIsid++
    for (const { lun, absent } of units) {
      if (absent) continue
      const unit = await this.#clean(lun)
      await unit.writeSame(0, 0, new Uint8Array(0), { noDataOut: true, unmap: true })
      if (!this.#controls.has(lun)) this.#controls.set(lun, await this.#controlOf(unit))
    }
  }

  /** The control mode page of a unit as it was at first. */
  control(lun: number): Control {
    return this.#controls.get(lun) ?? new Control(new Uint8Array(12))
  }

  /** The session of a nexus that is there. */
  session(nexus: NexusId): Session {
    const session = this.#sessions[nexus]
    if (!session) throw new Error(`nexus ${nexus} has no session`)
    return session
  }

  /** Sends a command of a nexus that is there. */
  execute(nexus: NexusId, request: CommandRequest): Command {
    return this.#execute(nexus, request, this.#sessions)
  }

  /** Logs in; a session of the same nexus that is still there is reinstated. */
  async login(nexus: NexusId): Promise<void> {
    this.#sessions[nexus] = undefined
    this.#sessions[nexus] = await this.#login(INITIATORS[nexus] ?? WRITER, this.#isids[nexus] ?? 0)
  }

  /** Logs out and waits until nothing of the session is left. */
  async logout(nexus: NexusId): Promise<void> {
    await this.#sessions[nexus]?.close()
    this.#sessions[nexus] = undefined
    await this.#idle()
  }

  /** Resets a unit and reads all of it, by a nexus that is no part of the case. */
  async readAll({ lun }: UnitFacts): Promise<Uint8Array> {
    const unit = await this.#clean(lun)
    return unit.read(0, MEDIUM_BLOCKS)
  }

  /** What a promise resolves with, or an error when that takes too long. */
  async within<Value>(promise: Promise<Value>, what: string): Promise<Value> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error(`${what}: no answer within ${ANSWER_MS} ms`)), ANSWER_MS)
    try {
      return await Promise.race([promise, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** @throws when disks could not be flushed, or transfer memory is held */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of [...this.#sessions, this.#janitor]) session?.destroy()
    await this.#server[Symbol.asyncDispose]()
    if (this.#server.transferMemoryUsedBytes > 0)
      throw new Error(`${this.#server.transferMemoryUsedBytes} bytes of transfer memory are held after the end`)
  }

  #login(initiatorName: string, isid: number): Promise<Session> {
    const { host, port } = this.#server.addressOf(PORTAL) ?? PORTAL
    return this.within(
      connect({
        host,
        port,
        target: TARGET,
        initiatorName,
        isid,
        strict: true,
        attentions: 'command',
        keepAlive: false,
      }),
      'login',
    )
  }

  async #clean(lun: number): Promise<LogicalUnit> {
    const janitor = this.#janitor as Session
    await this.within(janitor.taskManagement(TaskManagementFunction.logicalUnitReset, { lun }), 'reset')
    const unit = janitor.lun(lun)
    await this.within(unit.ready(), 'TEST UNIT READY')
    return unit
  }

  async #controlOf(unit: LogicalUnit): Promise<Control> {
    const { pages } = await unit.modeSense(Control.pageCode)
    return new Control(pages[0]?.bytes ?? new Uint8Array(12))
  }

  /** Waits until only the janitor and those that are there have sessions, and nobody has transfer memory. */
  async #idle(): Promise<void> {
    const open = 1 + this.#sessions.filter(session => session !== undefined).length
    const { statistics } = this.#server
    const settled = async (): Promise<void> => {
      while (statistics.get('sessionsOpen') !== open || this.#server.transferMemoryUsedBytes > 0)
        await new Promise(resolve => setImmediate(resolve))
    }
    await this.within(settled(), 'sessions and transfer memory that should be gone')
  }
}
