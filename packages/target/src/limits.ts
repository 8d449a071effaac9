/** Every limit of the target; each may be set when a server is made. Times are in milliseconds. */
export interface TargetLimits {
  /** Connections that have not logged in, of all portals. */
  readonly connectionsInLogin: number
  /** The same from one source address. */
  readonly connectionsInLoginPerSource: number
  /** Connections in all. */
  readonly connections: number
  /** How long a login may take, where the portal group does not say. */
  readonly loginTimeMs: number
  /** Login Requests that one login may take; RFC 7143 6.2 asks for six at least. */
  readonly loginRequests: number
  /** How long the answer to a login waits that gave a wrong name or secret; 0: not at all. */
  readonly failedLoginDelayMs: number
  /** How many such answers wait; where there are more, the oldest of them does not wait any longer. */
  readonly failedLoginsHeld: number
  /** PDUs decoded of one connection before other events of the process have their turn. */
  readonly pdusPerTurn: number
  /** Output in bytes that PDUs of one connection may bring about, or its socket takes, before other events have their turn. */
  readonly outputBytesPerTurn: number
  /** Commands that a session may have in progress, whatever its access says. */
  readonly commandDepth: number
  /** SCSI commands marked for immediate delivery that a session may have in progress, RFC 7143 4.2.2.1. */
  readonly immediateCommands: number
  /** Task management functions that a session may have in progress. */
  readonly managementFunctions: number
  /**
   * How long a function that ended tasks waits for data that they were still to be sent, when none of it comes, before it
   * is answered (RFC 7143 4.2.3.3); 0: not at all.
   */
  readonly abortWaitMs: number
  /** Bytes of data-out that a session may hold in transfer memory, when there is enough of it for all sessions. */
  readonly dataOutBytes: number
  /** Bytes of data-in that a session may have read but not sent, likewise. */
  readonly dataInBytes: number
  /** Output, in bytes beyond its share of data-in, from which on a connection is not read, unless it owes data-out. */
  readonly outputBytes: number
  /** The same of all connections together, from which on none is read whose peer has not taken what it was sent. */
  readonly outputBytesInAll: number
  /** Output in bytes beyond its share of data-in from which on a connection ends: its peer does not read. */
  readonly outputBytesAtMost: number
  /** Pieces of data-out (256 KiB each) that a task may have solicited ahead of the one asked for. */
  readonly piecesAhead: number
  /** R2Ts that a task may have outstanding, whatever is negotiated. */
  readonly outstandingR2Ts: number
  /** How long a discovery session may be idle. */
  readonly discoveryIdleMs: number
  /** How long the peer may take to close a connection that the target has ended. */
  readonly lingerMs: number
  /** How often a session whose command window was held back looks whether it can be opened. */
  readonly windowCheckMs: number
  /** Bytes of one text, in login or in Text Requests, over all its PDUs. */
  readonly textBytes: number
  /** Keys of one text. */
  readonly textKeys: number
}

/** RFC 7143 6.2: how many requests of one stage may leave an offer unanswered that the login cannot do without. */
export const UNANSWERED_LOGIN_REQUESTS = 6

/** For how long a login that has proved nothing may get no further while others want its place; the answer to each of its requests is due at once. */
export const SILENT_LOGIN_MS = 2000

/** What holds where a server is made without limits of its own. */
export const TARGET_LIMITS: TargetLimits = {
  connectionsInLogin: 1024,
  connectionsInLoginPerSource: 256,
  connections: 4096,
  loginTimeMs: 15_000,
  loginRequests: 64,
  failedLoginDelayMs: 1000,
  failedLoginsHeld: 256,
  pdusPerTurn: 512,
  outputBytesPerTurn: 1024 * 1024,
  commandDepth: 512,
  immediateCommands: 16,
  managementFunctions: 64,
  abortWaitMs: 2000,
  dataOutBytes: 32 * 1024 * 1024,
  dataInBytes: 8 * 1024 * 1024,
  outputBytes: 256 * 1024,
  outputBytesInAll: 64 * 1024 * 1024,
  outputBytesAtMost: 1024 * 1024,
  piecesAhead: 2,
  outstandingR2Ts: 16,
  discoveryIdleMs: 60_000,
  lingerMs: 2000,
  windowCheckMs: 500,
  textBytes: 16_384,
  textKeys: 64,
}
