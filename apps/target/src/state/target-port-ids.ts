import { isJsonObject, type Json, normalizeIscsiName } from '@lunkit/config'
import type { Draft } from './draft.ts'
import type { Section } from './section.ts'
import { type SectionFormat, SectionScope } from './section-format.ts'

/** So many target ports that are no more keep their numbers; beyond that the one that went first is forgotten. */
const REMEMBERED_PORTS = 4096
/** RELATIVE TARGET PORT IDENTIFIER of the Device Identification VPD page: 1 to FFFFh. */
const LAST_ID = 0xffff
const LAST_TAG = 0xffff

/** A target port: one portal group of a target. */
export interface TargetPortName {
  /** The target's iSCSI name. */
  readonly target: string
  /** The tag of its portal group. */
  readonly tag: number
}

/** A target port's number. Those that are no more stand in the order in which they went. */
export type TargetPortId = {
  readonly target: string
  readonly tag: number
  readonly id: number
  /** Present, and true, when the port is no more. */
  readonly removed?: true
}

const keyOf = ({ target, tag }: TargetPortName): string => JSON.stringify([normalizeIscsiName(target), tag])

/** Of a configuration: another one may call something else so. */
export const PORTS: SectionFormat<TargetPortId> = {
  name: 'ports',
  scope: SectionScope.configuration,
  version: 1,
  plural: 'relative port identifiers',
  readers: { 1: readEntry },
  keyOf,
  distinct: ({ id }) => `${id}`,
}

/**
 * The relative target port identifiers of a configuration: a port keeps its number over restarts and edits, and a number does
 * not go from one port to another for as long as there are others.
 */
export class TargetPortIds {
  readonly #section: Section<TargetPortId>
  readonly #remembered: number
  /** Those of which it is known that there are no others, and that each has its number; undefined: of none. */
  #there: readonly TargetPortName[] | undefined

  constructor(section: Section<TargetPortId>, remembered = REMEMBERED_PORTS) {
    this.#section = section
    this.#remembered = remembered
  }

  /** The number that a target port has, or had; undefined for one that is not known. */
  find(port: TargetPortName): number | undefined {
    return this.#section.get(keyOf(port))?.id
  }

  /**
   * The numbers of target ports that there are from now on: of each the one that it had, else the lowest that none has or had; when
   * there is none left, that of the port that went first.
   * @throws {RangeError} when there are more ports than numbers. {StateUnusable} when new ones cannot be written. None has one then.
   */
  async idsOf(ports: readonly TargetPortName[]): Promise<readonly number[]> {
    if (areSame(ports, this.#there)) return ports.map(port => this.find(port) as number)
    this.#there = undefined
    return this.#section.update(draft => {
      const free = freeIds(draft)
      return ports.map(({ target, tag }) => {
        const key = keyOf({ target, tag })
        const known = draft.get(key)
        if (known !== undefined && !known.removed) return known.id
        const id = known?.id ?? free.next().value ?? ofTheFirstGone(draft)
        draft.set(key, { target, tag, id })
        return id
      })
    })
  }

  /**
   * The number of one target port; see `idsOf`, which for many is quicker.
   * @throws as that does.
   */
  async idOf(target: string, tag: number): Promise<number> {
    const [id = 0] = await this.idsOf([{ target, tag }])
    return id
  }

  /**
   * A target port is no more: its number is remembered.
   * @throws {StateUnusable} when that cannot be written.
   */
  remove(target: string, tag: number): Promise<void> {
    this.#there = undefined
    const key = keyOf({ target, tag })
    return this.#section.update(draft => {
      const entry = draft.get(key)
      if (entry !== undefined) this.#markRemoved(draft, [entry])
    })
  }

  /**
   * These are all the target ports there are: those that went while nobody looked are no more.
   * @throws {StateUnusable} when that cannot be written.
   */
  async retain(ports: readonly TargetPortName[]): Promise<void> {
    if (areSame(ports, this.#there)) return
    const there = new Set(ports.map(keyOf))
    const known = await this.#section.update(draft => {
      this.#markRemoved(
        draft,
        [...draft.values()].filter(entry => !there.has(keyOf(entry))),
      )
      const numbered = ports.map(port => draft.get(keyOf(port)))
      return numbered.every(entry => entry !== undefined && !entry.removed)
    })
    this.#there = known ? ports : undefined
  }

  #markRemoved(draft: Draft<TargetPortId>, entries: readonly TargetPortId[]): void {
    const going = entries.filter(({ removed }) => !removed)
    if (going.length === 0) return
    for (const entry of going) draft.set(keyOf(entry), { ...entry, removed: true })
    const gone = [...draft.values()].filter(({ removed }) => removed)
    for (const entry of gone.slice(0, Math.max(0, gone.length - this.#remembered))) draft.delete(keyOf(entry))
  }
}

function areSame(ports: readonly TargetPortName[], others: readonly TargetPortName[] | undefined): boolean {
  if (ports.length !== others?.length) return false
  return ports.every(({ target, tag }, at) => target === others[at]?.target && tag === others[at]?.tag)
}

/** From the lowest on; who has which is looked at once, when the first is asked for. */
function* freeIds(draft: Draft<TargetPortId>): Generator<number, undefined> {
  const taken = new Set(Array.from(draft.values(), ({ id }) => id))
  for (let id = 1; id <= LAST_ID; id++) if (!taken.has(id)) yield id
}

function ofTheFirstGone(draft: Draft<TargetPortId>): number {
  for (const entry of draft.values())
    if (entry.removed) {
      draft.delete(keyOf(entry))
      return entry.id
    }
  throw new RangeError(`there are ${LAST_ID} target ports, as many as relative port identifiers; no more can be served`)
}

function readEntry(entry: Json): TargetPortId | undefined {
  if (!isJsonObject(entry)) return undefined
  const { target, tag, id, removed } = entry
  if (typeof target !== 'string' || !isWithin(tag, 0, LAST_TAG) || !isWithin(id, 1, LAST_ID)) return undefined
  return { target, tag, id, ...(removed === true && { removed }) }
}

const isWithin = (value: Json | undefined, low: number, high: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high
