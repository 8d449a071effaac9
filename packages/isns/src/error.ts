import { STATUS_WORDS } from './message/codes.ts'

/** Why something of iSNS failed. */
export const IsnsFault = {
  /** Nobody answers there, the connection was lost, or an answer did not come in time. */
  unreachable: 'unreachable',
  /** What came is no iSNS, or not what the question was. */
  malformed: 'malformed',
  /** The server answered with a status other than success. */
  refused: 'refused',
} as const
export type IsnsFault = (typeof IsnsFault)[keyof typeof IsnsFault]

/** What a server, or the way to it, did wrong. */
export class IsnsError extends Error {
  override readonly name = 'IsnsError'
  readonly fault: IsnsFault
  /** RFC 4171 5.4, of a refusal. */
  readonly status: number | undefined

  constructor(fault: IsnsFault, message: string, status?: number) {
    super(message)
    this.fault = fault
    this.status = status
  }
}

/** A refusal, in the standard's words. */
export const refusedWith = (status: number): IsnsError =>
  new IsnsError(
    IsnsFault.refused,
    `the server refuses it: ${STATUS_WORDS[status] ?? 'a status that is reserved'} (status ${status})`,
    status,
  )
