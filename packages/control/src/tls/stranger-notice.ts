/** What became of one who has shown no token. */
export const StrangerFate = {
  /** Let in no more: too many came. */
  turnedAway: 'turnedAway',
  /** No TLS came about, or not in time. */
  noHandshake: 'noHandshake',
  /** No request came about, or not in time. */
  noRequest: 'noRequest',
  /** No token, or none that is known. */
  noToken: 'noToken',
} as const
export type StrangerFate = (typeof StrangerFate)[keyof typeof StrangerFate]

/** What a listener tells of one who has shown no token; nothing that was sent is in it. */
export interface StrangerNotice {
  readonly fate: StrangerFate
  /** The address and port that he came from. */
  readonly remote: string
  /** Why, in words; of TLS its code. */
  readonly why: string
}
