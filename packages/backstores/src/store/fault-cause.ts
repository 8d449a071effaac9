/** What was said to an operation that failed: for logs and statistics. What is to be done about it, `StoreFault` says. */
export interface FaultCause {
  /** The error's name: `EIO`. */
  readonly code: string
  /** Its number, positive. */
  readonly errno: number
  /** Who said so: the system call (`pwrite`), or the command of the protocol that the store speaks. */
  readonly call: string
  /** Of a read: the first byte on the medium that it is about, where that is known. */
  readonly offset?: number
}
