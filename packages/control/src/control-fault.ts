/** What kinds of errors there are. */
export const FaultKind = {
  /** What was asked cannot be done to what is there. */
  refused: 'refused',
  /** The request is none, or an argument is not right. */
  usage: 'usage',
  /** What it is about is not there. */
  notFound: 'notFound',
  /** It contradicts what is there, or what somebody else has done since. */
  conflict: 'conflict',
  /** The caller has shown no token that is known. */
  unauthenticated: 'unauthenticated',
  /** The caller may not do it. */
  unauthorised: 'unauthorised',
  /** Not now: the daemon is ending, or the client is too slow. */
  busy: 'busy',
  /** The daemon failed. */
  failed: 'failed',
} as const
export type FaultKind = (typeof FaultKind)[keyof typeof FaultKind]

/** The status of HTTP for each kind, RFC 9110 15. */
export const FAULT_STATUS: Readonly<Record<FaultKind, number>> = {
  usage: 400,
  unauthenticated: 401,
  unauthorised: 403,
  notFound: 404,
  conflict: 409,
  refused: 422,
  failed: 500,
  busy: 503,
}

/** An error as it is told. */
export interface FaultDescription {
  readonly kind: FaultKind
  /** What is wrong: "is not there". */
  readonly what: string
  /** Where: a path of targetcli's tree, or of an argument (`edits[0].given.size`); empty where it is about the request. */
  readonly where: string
  /** What would be right. */
  readonly right: string
  /** The nearest thing that is right; null where nothing is near. */
  readonly nearest: string | null
}

/** Why a method was not done; nothing has changed, but where `kind` is `failed`. */
export class ControlFault extends Error implements FaultDescription {
  override readonly name = 'ControlFault'
  readonly kind: FaultKind
  readonly what: string
  readonly where: string
  readonly right: string
  readonly nearest: string | null

  constructor(kind: FaultKind, { what, where = '', right, nearest = null }: FaultOptions) {
    const near = nearest === null ? '' : `; there is ${nearest}`
    super(`${where === '' ? '' : `${where} `}${what}; right is ${right}${near}`)
    this.kind = kind
    this.what = what
    this.where = where
    this.right = right
    this.nearest = nearest
  }

  /** What is sent of it. */
  toJSON(): FaultDescription {
    const { kind, what, where, right, nearest } = this
    return { kind, what, where, right, nearest }
  }
}

/** What a {@link ControlFault} says; it is about the request where there is no `where`. */
export interface FaultOptions {
  readonly what: string
  readonly where?: string
  readonly right: string
  readonly nearest?: string | null
}

/** All that a client is told of a bug: what was thrown may show secrets, and goes to the daemon's log. */
export const OUR_FAULT = new ControlFault(FaultKind.failed, {
  what: 'lunkitd failed; its log says why',
  right: 'to report it',
})
