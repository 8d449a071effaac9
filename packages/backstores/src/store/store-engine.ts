/** Where an operation of a store was done. Numbers, since places are looked up by them on the way of every command. */
export const StoreEngine = {
  /** On the thread that asked for it, by itself. */
  inline: 0,
  /** Handed to the kernel by that thread, together with others (io_uring). */
  uring: 1,
  /** By a worker lane, in the end. */
  lane: 2,
} as const
export type StoreEngine = (typeof StoreEngine)[keyof typeof StoreEngine]
