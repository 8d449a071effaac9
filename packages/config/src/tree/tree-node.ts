/** What a node of targetcli's tree is. */
export const NodeKind = {
  root: 'root',
  backstores: 'backstores',
  plugin: 'plugin',
  storageObject: 'storageObject',
  aluaGroups: 'aluaGroups',
  aluaGroup: 'aluaGroup',
  fabric: 'fabric',
  target: 'target',
  tpg: 'tpg',
  acls: 'acls',
  acl: 'acl',
  mappedLun: 'mappedLun',
  luns: 'luns',
  lun: 'lun',
  portals: 'portals',
  portal: 'portal',
} as const
export type NodeKind = (typeof NodeKind)[keyof typeof NodeKind]

/** What is said of a node in its line. */
export interface Summary {
  /** In targetcli's words: `Targets: 2`. Empty where it has none. */
  readonly summary: string
  /** targetcli shows true in green and false in red; undefined: nothing is said of it. */
  readonly healthy?: boolean | undefined
  /** Why it is not as the configuration has it, in words; only where the daemon said so. */
  readonly reason?: string | undefined
  /** How many sessions are logged in; undefined: nobody said. */
  readonly sessions?: number | undefined
}

/** A node of targetcli's tree. */
export interface TreeNode extends Summary {
  readonly path: string
  /** The last part of its path; of the root `/`. */
  readonly name: string
  readonly kind: NodeKind
  /** The names of the nodes below it, in targetcli's order. */
  readonly children: readonly string[]
}

/** The path of what is below another. */
export const pathBelow = (path: string, name: string): string => (path === '/' ? `/${name}` : `${path}/${name}`)

/** What stands between a node's brackets: its summary, or what targetcli puts there without one. */
export function bracketed({ summary, healthy }: Summary): string {
  if (summary !== '') return summary
  if (healthy === undefined) return '...'
  return healthy ? 'OK' : 'ERROR'
}
