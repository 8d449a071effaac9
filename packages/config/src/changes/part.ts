import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { isIscsiName, normalizeIscsiName } from '../names.ts'
import { formatPortal } from '../portal-address.ts'
import { ISCSI_FABRIC } from '../saveconfig.ts'
import { textIn } from '../schema/lenient.ts'
import { storageKeyOf } from '../storage-key.ts'
import { onceFor } from '../tree/once-for.ts'

const MOST_PORT = 65_535

/** A kind of objects that stand in a list of the document, each a place of targetcli's tree of its own. */
export interface Part {
  /** Where one is, behind the place that it belongs to; undefined for what has no name. */
  readonly segment: (member: Json) => string | undefined
  /** The lists in it whose members are places too. */
  readonly lists: Parts
}

/** Parts by the key of the list that they stand in. */
export interface Parts {
  readonly [key: string]: Part
}

/** It is found once for each object; what is none has no name. */
function ofObjects(segment: (object: JsonObject) => string | undefined): Part['segment'] {
  const known = onceFor(segment)
  return member => (isJsonObject(member) ? known(member) : undefined)
}

/** Objects that are told apart by what they have under one key. */
function keyed(key: string, segmentOf: (text: string) => string, lists: Parts = {}): Part {
  const segment = (object: JsonObject) => {
    const text = textIn(object, key)
    return text === undefined ? undefined : segmentOf(text)
  }
  return { segment: ofObjects(segment), lists }
}

const storageObjects: Part = {
  segment: ofObjects(object => {
    const key = storageKeyOf(object)
    return key && `backstores/${key}`
  }),
  lists: { alua_tpgs: keyed('name', name => `alua/${name}`) },
}

const portals: Part = {
  segment: ofObjects(object => {
    const [host, port] = [textIn(object, 'ip_address'), Number(textIn(object, 'port'))]
    // A file may have what is no port: the plan says so, and the portal has its place in the list.
    const isPort = Number.isInteger(port) && port >= 0 && port <= MOST_PORT
    return host === undefined || !isPort ? undefined : `portals/${formatPortal({ host: unbracketed(host), port })}`
  }),
  lists: {},
}

const nodeAcls = keyed('node_wwn', name => `acls/${normalName(name)}`, {
  mapped_luns: keyed('index', index => `mapped_lun${index}`),
})

const tpgs = keyed('tag', tag => `tpg${tag}`, {
  luns: keyed('index', index => `luns/lun${index}`),
  portals,
  node_acls: nodeAcls,
})

const targets: Part = {
  segment: ofObjects(object => {
    const wwn = textIn(object, 'wwn')
    return wwn === undefined ? undefined : `${textIn(object, 'fabric') ?? ISCSI_FABRIC}/${normalName(wwn)}`
  }),
  lists: { tpgs },
}

/** The lists of a document whose members are places in targetcli's tree. */
export const documentParts: Parts = {
  storage_objects: storageObjects,
  targets,
  fabric_modules: keyed('name', name => name),
}

/**
 * The members of a list by where they are, but for so many at its start and its end; a member without a name, or with that of one
 * before it, is by its number.
 */
export function partsBetween(
  list: readonly Json[],
  [start, end]: readonly [start: number, end: number],
  { segment }: Part,
): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>()
  if (start + end === list.length) return found
  const before = new Set(list.slice(0, start).map(segment))
  for (const [at, member] of list.slice(start, list.length - end).entries()) {
    const place = segment(member)
    const isTaken = place === undefined || before.has(place) || found.has(place)
    found.set(isTaken ? `[${start + at}]` : place, member)
  }
  return found
}

const normalName = (name: string): string => (isIscsiName(name) ? normalizeIscsiName(name) : name)
const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')
