import type { Logger } from 'pino'

/** A start: where it is told of, and what is aborted when lunkitd is to end before it has come to its end. */
export interface Start {
  readonly log: Logger
  readonly ending: AbortSignal
}
