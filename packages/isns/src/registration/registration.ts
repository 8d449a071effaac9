import { IsnsError, IsnsFault } from '../error.ts'
import { REGISTRATION_BYTES } from '../limits.ts'
import {
  type Attribute,
  delimiter,
  emptyAttribute,
  encodeAttributes,
  numberOf,
  textAttribute,
  textOf,
} from '../message/attribute.ts'
import { IsnsFunction, IsnsTag } from '../message/codes.ts'
import { addressBytes } from '../message/portal-bytes.ts'
import type { IsnsConnection, IsnsRequest } from './isns-connection.ts'
import type { IsnsPortal, IsnsTarget } from './isns-target.ts'
import { entityObject, groupObjects, portalKey, portalText, targetKey, targetObject } from './objects.ts'

const MS = 1000
/** RFC 4171 5.4: source unknown, no such entry, invalid deregistration. What a server does not have need not be taken back. */
const NOTHING_THERE = new Set([6, 9, 22])

/** What a server has of an entity, as far as this side knows, and how it is made what it is to be. */
export class Registration {
  readonly #entity: string
  /** Asked for, and then what the server answered. */
  #periodS: number
  /** Targets by name, as they were sent last. */
  readonly #targets = new Map<string, string>()
  readonly #portals = new Map<string, IsnsPortal>()
  /** Whether what an earlier process has left there is gone. */
  #isOurs = false

  constructor(entity: string, periodMs: number) {
    this.#entity = entity
    this.#periodS = Math.ceil(periodMs / MS)
  }

  /** How long it holds without a sign of life, in milliseconds; 0: for ever. */
  get periodMs(): number {
    return this.#periodS * MS
  }

  get targetCount(): number {
    return this.#targets.size
  }

  get portalCount(): number {
    return this.#portals.size
  }

  /**
   * Makes what the server has what `targets` say; with `all` also what it should have. What is no more is taken back after what
   * is new is there.
   * @throws {IsnsError}
   */
  async bring(connection: IsnsConnection, targets: readonly IsnsTarget[], { all, isWanted }: Manner): Promise<void> {
    const shown = targets.map(reachable).filter(({ groups }) => groups.length > 0)
    const [first] = shown
    if (first === undefined) return this.takeBack(connection)
    const portals = new Map(shown.flatMap(portalsOf).map(portal => [portalText(portal), portal]))
    const whole = all || [...portals.keys()].some(key => !this.#portals.has(key))
    const sent = shown.filter(target => whole || this.#targets.get(target.name) !== JSON.stringify(target))
    await this.#register(connection, first.name, {
      targets: sent,
      portals: [...portals.values()],
      whole,
      isWanted,
    })
    if (!isWanted()) return
    await this.#removeOthers(connection, first.name, { targets: new Set(shown.map(({ name }) => name)), portals })
  }

  /**
   * Shows the server that this side lives, which every message does (RFC 4171 6.2.6), by asking for what it has: registered again, all initiators
   * would be told of it. Answers whether it has something still.
   * @throws {IsnsError}
   */
  async isKept(connection: IsnsConnection): Promise<boolean> {
    const [source] = this.#targets.keys()
    if (source === undefined) return true
    const entity = textAttribute(IsnsTag.entityIdentifier, this.#entity)
    const asked = [IsnsTag.entityIdentifier, IsnsTag.registrationPeriod].map(emptyAttribute)
    const functionId = IsnsFunction.deviceAttributeQuery
    const answer = await this.#ask(connection, {
      functionId,
      attributes: [targetKey(source), entity, delimiter, ...asked],
    })
    const found = answer.slice(answer.findIndex(({ tag }) => tag === IsnsTag.delimiter) + 1)
    if (found.length === 0) return false
    this.#heed(found)
    return true
  }

  /**
   * Takes all of it back.
   * @throws {IsnsError}
   */
  async takeBack(connection: IsnsConnection): Promise<void> {
    const [source] = this.#targets.keys()
    if (source === undefined) return
    await this.#deregister(connection, source, [textAttribute(IsnsTag.entityIdentifier, this.#entity)])
    this.#targets.clear()
    this.#portals.clear()
  }

  /** Target by target, in as many messages as it takes; the one that the server knows as the source is in the first. */
  async #register(
    connection: IsnsConnection,
    source: string,
    { targets, portals, whole, isWanted }: Sent,
  ): Promise<void> {
    for (const portal of portals) this.#portals.set(portalText(portal), portal)
    for (const target of targets) this.#targets.set(target.name, JSON.stringify(target))
    const [first, ...others] = targets.map(target => [targetObject(target), ...groupObjects(target, portals)])
    if (first === undefined) return
    const [node = [], ...groups] = first
    const objects = [node, ...(whole ? portals.map(portalKey) : []), ...groups, ...others.flat()]
    for (const message of inMessages(objects)) if (isWanted()) await this.#send(connection, source, message)
  }

  async #send(connection: IsnsConnection, source: string, objects: readonly Attribute[]): Promise<void> {
    const key = textAttribute(IsnsTag.entityIdentifier, this.#entity)
    const answer = await connection.ask({
      functionId: IsnsFunction.deviceAttributeRegistration,
      replace: !this.#isOurs,
      attributes: [targetKey(source), key, delimiter, ...entityObject(this.#entity, this.#periodS), ...objects],
    })
    this.#isOurs = true
    this.#heed(answer)
  }

  /** The server says as what it was registered, and for how long, RFC 4171 5.7.5.1. */
  #heed(answer: readonly Attribute[]): void {
    const [key] = answer
    if (key?.tag !== IsnsTag.entityIdentifier || textOf(key) !== this.#entity)
      throw new IsnsError(IsnsFault.malformed, 'the server has registered something else')
    const period = answer.find(({ tag }) => tag === IsnsTag.registrationPeriod)
    this.#periodS = (period && numberOf(period)) ?? this.#periodS
  }

  async #removeOthers(connection: IsnsConnection, source: string, { targets, portals }: Kept): Promise<void> {
    const names = [...this.#targets.keys()].filter(name => !targets.has(name))
    const gone = [...this.#portals].filter(([key]) => !portals.has(key))
    const objects = [...names.map(targetKey), ...gone.flatMap(([, portal]) => portalKey(portal))]
    if (objects.length > 0) await this.#deregister(connection, source, objects)
    for (const name of names) this.#targets.delete(name)
    for (const [key] of gone) this.#portals.delete(key)
  }

  async #deregister(connection: IsnsConnection, source: string, objects: readonly Attribute[]): Promise<void> {
    const functionId = IsnsFunction.deviceDeregistration
    await this.#ask(connection, { functionId, attributes: [targetKey(source), delimiter, ...objects] })
  }

  /** What a server does not know is no reason to give up: nothing is answered then. */
  async #ask(connection: IsnsConnection, request: IsnsRequest): Promise<readonly Attribute[]> {
    try {
      return await connection.ask(request)
    } catch (error) {
      if (error instanceof IsnsError && NOTHING_THERE.has(error.status ?? 0)) return []
      throw error
    }
  }
}

/** How a registration is to be made what it should be. */
export interface Manner {
  /** Whether what the server should have already is sent too: it may have lost it. */
  readonly all: boolean
  /** Asked before each message: what is to be taken back need not be completed. */
  readonly isWanted: () => boolean
}

/** What a registration sends. */
interface Sent {
  readonly targets: readonly IsnsTarget[]
  readonly portals: readonly IsnsPortal[]
  /** Whether the portals are among it. */
  readonly whole: boolean
  readonly isWanted: () => boolean
}

/** What stays. */
interface Kept {
  readonly targets: ReadonlySet<string>
  readonly portals: ReadonlyMap<string, IsnsPortal>
}

/** Objects, as many to a message as servers take: open-isns 0.101 takes none of more than 8 KiB. */
function inMessages(objects: readonly (readonly Attribute[])[]): Attribute[][] {
  const messages: Attribute[][] = []
  let left = 0
  for (const object of objects) {
    const { length } = encodeAttributes(object)
    if (length > left) {
      messages.push([])
      left = REGISTRATION_BYTES
    }
    messages.at(-1)?.push(...object)
    left -= length
  }
  return messages
}

const portalsOf = ({ groups }: IsnsTarget): IsnsPortal[] => groups.flatMap(({ portals }) => portals)

/** A target without what nobody else can reach: groups without a portal, and portals whose address means something here only. */
function reachable(target: IsnsTarget): IsnsTarget {
  const groups = target.groups
    .map(({ tag, portals }) => ({ tag, portals: portals.filter(({ host }) => addressBytes(host) !== undefined) }))
    .filter(({ portals }) => portals.length > 0)
  return { ...target, groups }
}
