/** Who has to do with edits of what is served. */
export interface ToldEdits {
  /** Something is wrong. */
  readonly find: (what: string) => void
  /** Makes an edit that changes which LUNs those see who are under load: they are told. */
  readonly concerning: (edit: () => Promise<void>) => Promise<void>
}

/** What edits were made. */
export interface EditCounts {
  readonly edits: number
  /** Those that were wrong on purpose. */
  readonly refused: number
  /** What was said to `lunkit` for them; only lunkitd hears it. */
  readonly commands?: number
}
