import { type OptionDomains, wholeNumber } from '@lunkit/wire'

/** What a control server allows its clients. */
export const controlLimits = {
  /** Connections at once; further ones are closed unheard. */
  connections: 256,
  /** Bytes of a request's body: a document with some ten thousand LUNs. */
  bodyBytes: 32 * 1024 * 1024,
  /** Bytes of a request's line and headers. */
  headerBytes: 16 * 1024,
  /** Milliseconds in which a request must be there whole. */
  requestMs: 30_000,
  /** Milliseconds in which one who comes by TLS must have shown a token: handshake and headers. */
  strangerMs: 10_000,
  /** How many may be at that at once; who came first of them goes when one more comes. */
  strangers: 64,
  /** Requests by TLS on one connection that are not answered yet. */
  pipelined: 16,
  /** Milliseconds in which a client must take some of an answer. */
  answerMs: 30_000,
  /** Milliseconds that a connection waits for a further request. */
  idleMs: 60_000,
  /** Edits of one transaction. */
  edits: 10_000,
  /** Levels of the tree in one answer. */
  treeDepth: 16,
  /** Events that wait for a client; one that is slower is dropped. */
  events: 1024,
  /** Bytes of a trace that wait for a client, as they are sent; what comes beyond that it misses, and is told so. */
  traceBytes: 4 * 1024 * 1024,
  /** Milliseconds between signs of life to a client that waits for events. */
  heartbeatMs: 15_000,
  /** Milliseconds that requests have to end in when the server closes. */
  closeMs: 10_000,
} as const

/** The limits of a server, each by its name. */
export type ControlLimits = { readonly [L in keyof typeof controlLimits]: number }

const LIMIT = wholeNumber(1, 2 ** 31 - 1)
/** What each of them may be. */
export const LIMITS: OptionDomains = Object.fromEntries(Object.keys(controlLimits).map(name => [name, LIMIT]))
