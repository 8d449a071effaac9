/** The longest payload of one PDU, RFC 4171 5.1.4: its length is 16 bits, and a multiple of 4. */
export const LONGEST_PAYLOAD_BYTES = 65_532
/** Of all PDUs of one message together, of what a peer sends: a server answers a registration with all that it has of it. */
export const LONGEST_MESSAGE_BYTES = 4 * 1024 * 1024
/** PDUs of one message: more come of nobody who fills them. */
export const MOST_PDUS = 1024

/** Times of a registrar, in milliseconds. */
export interface RegistrarLimits {
  /** For a connection to the server to be there, and for each answer. */
  readonly answerMs: number
  /** For the end: to take the registration back. */
  readonly closeMs: number
  /** Before the second attempt; each further one waits twice as long, up to `longestDelayMs`, less a random part. */
  readonly firstDelayMs: number
  readonly longestDelayMs: number
  /** How long it is waited for further changes before one is registered. */
  readonly settleMs: number
  /** The registration period that the server is asked for, RFC 4171 6.2.6; a third of it passes between two refreshes. */
  readonly periodMs: number
}

/** What holds where nothing else is said. */
export const REGISTRAR_LIMITS: RegistrarLimits = {
  answerMs: 5000,
  closeMs: 2000,
  firstDelayMs: 500,
  longestDelayMs: 30_000,
  settleMs: 100,
  periodMs: 300_000,
}

/** Bytes of objects that one registration message is filled with; a long list of targets takes several. */
export const REGISTRATION_BYTES = 4 * 1024
