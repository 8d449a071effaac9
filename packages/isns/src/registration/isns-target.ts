/** Where a portal listens: a numeric address without brackets, and a TCP port. */
export interface IsnsPortal {
  readonly host: string
  readonly port: number
}

/** A target, as initiators are to find it. */
export interface IsnsTarget {
  /** An iSCSI name, normalized. */
  readonly name: string
  readonly alias?: string
  /** Its portal groups. A portal belongs to one of them at most. */
  readonly groups: readonly { readonly tag: number; readonly portals: readonly IsnsPortal[] }[]
}
