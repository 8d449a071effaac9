import {
  type AttentionNotice,
  ConnectionError,
  connect,
  type DiskServer,
  discover,
  LoginError,
  type PortalAddress,
  ScsiError,
  type Session,
} from 'lunkit'
import { vi } from 'vitest'
import type { PortalPlaces } from './portal-places.ts'
import { same } from './same.ts'
import { INITIATORS, TARGETS } from './tree-choice.ts'
import type { GroupState, OpenDisk, TreeState } from './tree-state.ts'

const UNKNOWN = 'iqn.2026-11.com.example:unknown'
const WITNESSES = [...INITIATORS, UNKNOWN]
/** What is reported where nothing is mapped (SPC-5 6.27). */
const VIRTUAL_LUN = 0
const LET_IN = 'let in'
const NOBODY = 'iqn.2026-11.com.example:nobody'
/** Against one that does not end. */
const SOON = { timeout: 8000, interval: 2 }

/** A session, and what it is of. */
interface Onlooker {
  readonly initiator: string
  readonly target: string
  readonly host: string
  readonly group: number
  readonly session: Session
  readonly notices: AttentionNotice[]
  /** What could be noticed when it was looked at last. */
  noticed: string
  /** Whether it may have noticed something since. */
  concerned: boolean
  ended: boolean
}

/** Initiators that are logged in wherever they may, and say whether they see what they should. */
export class TreeOnlookers {
  readonly #server: DiskServer
  readonly #places: PortalPlaces
  #all: Onlooker[] = []
  /** Where portals that are closed by now were. */
  readonly #closed = new Map<string, PortalAddress>()
  #stamps = 0

  constructor(server: DiskServer, places: PortalPlaces) {
    this.#server = server
    this.#places = places
  }

  get sessions(): number {
    return this.#all.length
  }

  /** A transaction has made the tree this; some disks were changed and changed back. */
  told(state: TreeState, disturbed: ReadonlySet<number>): void {
    for (const onlooker of this.#all) {
      const group = state.groups.find(({ id }) => id === onlooker.group)
      const noticed = group && state.noticed(group, onlooker.initiator)
      if (noticed !== onlooker.noticed) onlooker.concerned = true
      if (noticed !== undefined) onlooker.noticed = noticed
      if (!group || !mayStay(state, group, onlooker.initiator)) onlooker.ended = true
      if (group)
        for (const { disk } of state.seen(group, onlooker.initiator).values())
          if (disturbed.has(disk.id)) onlooker.concerned = true
    }
  }

  /** Looks at everything. */
  async look(state: TreeState): Promise<void> {
    await this.#lookAtSessions(state)
    const { hosts, port, reached } = this.#places
    for (const host of hosts) {
      const isWanted = state.groups.some(({ portals }) => portals.includes(host))
      same(`${host} is open`, this.#server.addressOf({ host, port }) !== undefined, isWanted)
    }
    for (const host of reached) await this.#lookAtAddress(state, host)
    await vi.waitUntil(() => this.#server.sessionLoads.length === this.#all.length, SOON)
  }

  /** Logs everybody out. */
  async leave(): Promise<void> {
    await Promise.all(this.#all.map(({ session }) => session.close()))
    this.#all = []
  }

  async #lookAtSessions(state: TreeState): Promise<void> {
    for (const onlooker of this.#all) {
      const { session, ended } = onlooker
      if (ended) await Promise.race([session.closed, late(`${title(onlooker)} has not ended`)])
      else await this.#lookFrom(onlooker, state)
    }
    this.#all = this.#all.filter(({ ended }) => !ended)
  }

  async #lookFrom(onlooker: Onlooker, state: TreeState): Promise<void> {
    const { session, initiator, notices } = onlooker
    const group = state.groups.find(({ id }) => id === onlooker.group) as GroupState
    const seen = state.seen(group, initiator)
    const what = `${title(onlooker)} sees`
    try {
      for (const lun of seen.keys()) await session.lun(lun).ready()
    } catch (error) {
      throw new Error(`${what} ${onlooker.noticed}: ${String(error)}`, { cause: error })
    }
    if (!onlooker.concerned)
      same(
        `${what} attentions`,
        notices.map(({ name }) => name),
        [],
      )
    notices.length = 0
    onlooker.concerned = false
    const luns = await session.lun(0).reportLuns()
    same(
      `${what} LUNs`,
      luns.toSorted((a, b) => a - b),
      seen.size > 0 ? [...seen.keys()] : [VIRTUAL_LUN],
    )
    for (const [lun, { disk, writeProtected }] of seen) {
      const shown = await show(session, lun)
      const { spec, sizeBytes, removable } = disk
      const right = { serial: spec.serial, sizeBytes, blockBytes: spec.blockBytes, removable }
      same(`${what} LUN ${lun}`, shown, right)
      await this.#lookAtBlock(session.lun(lun), disk, { what: `${what} LUN ${lun}`, writeProtected })
    }
  }

  /** What an initiator has written is there, and what is write protected cannot be written. */
  async #lookAtBlock(
    unit: ReturnType<Session['lun']>,
    disk: OpenDisk,
    { what, writeProtected }: { readonly what: string; readonly writeProtected: boolean },
  ): Promise<void> {
    const { spec, stamp, sizeBytes } = disk
    if (stamp) {
      const block = await unit.read(stamp.lba, 1)
      same(`${what} block`, [...new Set(block)], [stamp.value])
    }
    const value = ++this.#stamps % 256
    const lba = sizeBytes / spec.blockBytes - 1
    const written = await unit.write(lba, Buffer.alloc(spec.blockBytes, value)).then(
      () => 'written',
      (error: unknown) => (error instanceof ScsiError ? error.senseName : String(error)),
    )
    same(`${what} what is written`, written, writeProtected ? 'writeProtected' : 'written')
    if (!writeProtected) disk.stamp = { lba, value }
  }

  async #lookAtAddress(state: TreeState, host: string): Promise<void> {
    const { port } = this.#places
    const found = port === 0 ? this.#server.addressOf({ host, port }) : { host, port }
    const address = state.isReached(host) ? found : undefined
    const before = this.#closed.get(host)
    if (!address || (before && before.port !== address.port)) await this.#lookAtClosed(host)
    if (!address) return
    this.#closed.set(host, address)
    const places = [...TARGETS, NOBODY].flatMap(target =>
      WITNESSES.map(initiator => ({ host, target, initiator, address })),
    )
    const come = await Promise.all(places.map(place => this.#logIn(place, state)))
    // What each of them writes is read by the next.
    for (const onlooker of come) if (onlooker) await this.#lookFrom(onlooker, state)
    await Promise.all(WITNESSES.map(initiator => this.#discover(address, initiator, state)))
  }

  async #lookAtClosed(host: string): Promise<void> {
    const address = this.#closed.get(host)
    if (!address) return
    this.#closed.delete(host)
    const answer = await connect({ ...address, target: NOBODY }).then(() => LET_IN, String)
    same(`${host} is closed`, answer.includes('ECONNREFUSED') || answer, true)
  }

  async #logIn(of: Place, state: TreeState): Promise<Onlooker | undefined> {
    const { host, target, initiator, address } = of
    const right = state.login(target, host, initiator)
    const isKnown = this.#all.some(
      each =>
        each.host === host && each.initiator === initiator && typeof right !== 'string' && each.group === right.id,
    )
    if (isKnown) return undefined
    const notices: AttentionNotice[] = []
    const listener = { attention: (notice: AttentionNotice) => void notices.push(notice) }
    const what = `${initiator} logs in to ${target} at ${host}:`
    const session = await connect({ ...address, target, initiatorName: initiator, listener, keepAlive: false }).catch(
      (error: unknown) => {
        if (error instanceof LoginError) return error.statusName
        throw new Error(`${what} ${String(error)}`, { cause: error })
      },
    )
    if (typeof session === 'string' || typeof right === 'string') {
      same(what, typeof session === 'string' ? session : LET_IN, typeof right === 'string' ? right : LET_IN)
      return undefined
    }
    const { TargetPortalGroupTag: tag, TargetAlias: alias } = session.declared
    const said = state.targets.get(target)?.alias
    same(what, { tag, alias: alias ?? '' }, { tag: right.tag, alias: said ?? '' })
    const noticed = state.noticed(right, initiator)
    const onlooker = { ...{ host, target, initiator, session, notices, noticed }, group: right.id }
    const mine = { ...onlooker, concerned: true, ended: false }
    this.#all.push(mine)
    return mine
  }

  async #discover(address: PortalAddress, initiatorName: string, state: TreeState): Promise<void> {
    const what = `${initiatorName} is told of`
    const told = await discover({ ...address, initiatorName }).catch((error: unknown) => {
      if (error instanceof LoginError) return error.statusName
      throw new Error(`${what}: ${String(error)}`, { cause: error })
    })
    const texts =
      typeof told === 'string'
        ? told
        : told.flatMap(({ name, portals }) => portals.map(each => `${name} ${portalText(each)}`))
    const right = state.refuseDiscovery ? 'authenticationFailure' : state.discovered(initiatorName, address.host)
    same(what, sorted(texts), sorted(right))
  }
}

interface Place {
  readonly host: string
  readonly target: string
  readonly initiator: string
  readonly address: PortalAddress
}

const mayStay = (state: TreeState, group: GroupState, initiator: string): boolean => {
  const access = state.access(group, initiator)
  return access !== undefined
}

const title = ({ initiator, target, host }: Onlooker): string => `${initiator} in ${target} at ${host}`

const sorted = (told: string | readonly string[]): string | string[] =>
  typeof told === 'string' ? told : told.toSorted()

const portalText = (portal: PortalAddress & { readonly portalGroupTag?: number }): string =>
  `${portal.host},${portal.portalGroupTag}`

async function late(what: string): Promise<never> {
  await vi.waitUntil(() => false, SOON).catch(() => undefined)
  throw new ConnectionError(what)
}

/** What a unit says of itself. */
async function show(session: Session, lun: number): Promise<object> {
  const unit = session.lun(lun)
  const [{ body }, { blocks, blockSizeBytes }, { removable }] = await Promise.all([
    unit.vitalProductData(0x80),
    unit.readCapacity(),
    unit.inquiry(),
  ])
  const serial = Buffer.from(body)
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
  return { serial, sizeBytes: Number(blocks) * blockSizeBytes, blockBytes: blockSizeBytes, removable }
}
