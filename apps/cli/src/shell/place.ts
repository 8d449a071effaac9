import type { KindOfNode } from './nodes.ts'

/** What a node is, in the words of edits: `{ target, tag, lun }`. */
export interface Place {
  readonly plugin?: string
  readonly storage_object?: string
  readonly name?: string
  readonly target?: string
  readonly tag?: number
  readonly initiator?: string
  readonly lun?: number
  readonly mapped_lun?: number
  readonly ip_address?: string
  readonly ip_port?: number
}

const TPG = '^/iscsi/(?<target>.+)/tpg(?<tag>[0-9]+)'

/** What of a path says what the node is, by its kind. */
const PATTERNS: Readonly<Partial<Record<KindOfNode, RegExp>>> = {
  plugin: /^\/backstores\/(?<plugin>.+)$/,
  storageObject: /^(?<storage_object>\/backstores\/.+)$/,
  aluaGroups: /^(?<storage_object>\/backstores\/.+)\/alua$/,
  aluaGroup: /^(?<storage_object>\/backstores\/.+)\/alua\/(?<name>[^/]+)$/,
  target: /^\/iscsi\/(?<target>.+)$/,
  tpg: new RegExp(`${TPG}$`),
  acls: new RegExp(`${TPG}/acls$`),
  acl: new RegExp(`${TPG}/acls/(?<initiator>.+)$`),
  mappedLun: new RegExp(`${TPG}/acls/(?<initiator>.+)/mapped_lun(?<mapped_lun>[0-9]+)$`),
  luns: new RegExp(`${TPG}/luns$`),
  lun: new RegExp(`${TPG}/luns/lun(?<lun>[0-9]+)$`),
  portals: new RegExp(`${TPG}/portals$`),
  portal: new RegExp(`${TPG}/portals/(?<ip_address>.+):(?<ip_port>[0-9]+)$`),
}

const NUMBERS: readonly string[] = ['tag', 'lun', 'mapped_lun', 'ip_port']

/** What a node is; undefined: it is of a fabric that lunkit does not serve. */
export function placeOf({ kind, path }: { readonly kind: KindOfNode; readonly path: string }): Place | undefined {
  const pattern = PATTERNS[kind]
  if (pattern === undefined) return kind === 'fabric' && path !== '/iscsi' ? undefined : {}
  const { groups } = pattern.exec(path) ?? {}
  if (groups === undefined) return undefined
  return Object.fromEntries(
    Object.entries(groups).map(([name, text]) => [name, NUMBERS.includes(name) ? Number(text) : text]),
  )
}
