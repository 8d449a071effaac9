/** The kinds of command that are counted apart. */
export const Operation = {
  read: 'read',
  write: 'write',
  flush: 'flush',
  unmap: 'unmap',
  writeSame: 'write_same',
  compareAndWrite: 'compare_and_write',
  verify: 'verify',
  other: 'other',
} as const
export type Operation = (typeof Operation)[keyof typeof Operation]

const { read, write, unmap, writeSame, compareAndWrite, verify } = Operation

/** Kinds of command as a dimension of a metric. */
export const BY_OPERATION = { label: 'op', values: Object.values(Operation) } as const
/** Those of them that concern bytes of the medium. */
export const BY_MOVING_OPERATION = {
  label: 'op',
  values: [read, write, unmap, writeSame, compareAndWrite, verify],
} as const
