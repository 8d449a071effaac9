/** The row and column of the task set's ordering matrix that a command takes. */
export const Order = {
  /** Waits for nobody and nobody waits for it. */
  free: 'free',
  read: 'read',
  write: 'write',
  /** UNMAP, WRITE SAME, COMPARE AND WRITE: holds its range against reads and writes. */
  exclusive: 'exclusive',
  flush: 'flush',
} as const
export type Order = (typeof Order)[keyof typeof Order]

/** Whether a command waits for an earlier one. */
const Wait = { never: false, overlap: true } as const
type Wait = (typeof Wait)[keyof typeof Wait]
const { never, overlap } = Wait

/**
 * The ordering matrix: a row is a command that arrives, a column one that came before it and has not ended. `overlap`:
 * it waits where both touch a block. A flush covers writes that have ended; SIMPLE tasks may pass each other, so that it
 * waits for no write that is still under way.
 */
const MATRIX: Readonly<Record<Order, Readonly<Record<Order, Wait>>>> = {
  free: { free: never, read: never, write: never, exclusive: never, flush: never },
  read: { free: never, read: never, write: overlap, exclusive: overlap, flush: never },
  write: { free: never, read: overlap, write: overlap, exclusive: overlap, flush: never },
  exclusive: { free: never, read: overlap, write: overlap, exclusive: overlap, flush: never },
  flush: { free: never, read: never, write: never, exclusive: never, flush: never },
}

/** The orders by rank, a small number that the hot path works with; 0 is `free`. */
export const ORDERS = Object.values(Order)
/** The rank of a task that holds no blocks. */
export const FREE = ORDERS.indexOf(Order.free)

/** The number of an order. */
export const rankOf = (order: Order): number => ORDERS.indexOf(order)

const WAITS = ORDERS.map(later => ORDERS.map(earlier => MATRIX[later][earlier]))

const TOUCHES = ORDERS.map(order => Object.values(MATRIX[order]).includes(overlap))

/** Whether commands of this rank hold blocks at all. */
export const touchesBlocks = (rank: number): boolean => TOUCHES[rank] as boolean

/** Whether a command of rank `later` waits for one of rank `earlier` that touches a block of its range. */
export const waitsFor = (later: number, earlier: number): boolean => (WAITS[later] as Wait[])[earlier] as Wait
