import { comparedName } from '@lunkit/pdu'
import { checkOptions, flag, object, required, text, wholeNumber } from '@lunkit/wire'
import { CREDENTIALS, type LoginProof } from './login-proof.ts'

/** How a portal group treats one initiator. */
export interface InitiatorAccess extends LoginProof {
  /** Commands that a session of the initiator may have in progress. */
  readonly commandDepth: number
  /** How long the initiator may owe data-out before the command is lost, in milliseconds. */
  readonly dataOutTimeoutMs: number
  /** How long a session may be silent before the target asks whether the initiator is there; 0: for ever. */
  readonly pingAfterMs: number
  /** How long the answer to that may take, in milliseconds. */
  readonly pingTimeoutMs: number
  /** The access rule that lets it in, whose LUNs it sees; left out: those of its name, or of all that have none. */
  readonly rule?: string
}

/**
 * Decides about an initiator by its name, as `comparedName` gives it, and the numeric address that it comes from; undefined: it
 * may not log in.
 */
export type AccessPolicy = (initiatorName: string, host: string) => InitiatorAccess | undefined

/** A policy to which it is the same where initiators come from. */
type NamePolicy = (initiatorName: string) => InitiatorAccess | undefined

/** What LIO does where nothing else is configured, but for authentication, which is left to the caller. */
export const DEFAULT_ACCESS: Omit<InitiatorAccess, 'authenticationRequired'> = {
  commandDepth: 64,
  // LIO waits 3 s, five times.
  dataOutTimeoutMs: 15_000,
  pingAfterMs: 15_000,
  pingTimeoutMs: 30_000,
}

/** What `nodeAccess` decides by. */
export interface NodeAccessOptions {
  /** Node ACLs by initiator name; what one leaves out is as in `defaults`. */
  readonly acls: Readonly<Record<string, Partial<InitiatorAccess>>>
  /** Whether initiators without an ACL may log in (LIO's demo mode). */
  readonly generateNodeAcls: boolean
  /**
   * The portal group's own values. Authentication is required where these or an ACL say so, and then nobody gets in without
   * credentials; left out, a name is all that is asked for.
   */
  readonly defaults?: Partial<InitiatorAccess>
}

const NODE_ACCESS = {
  acls: required(object('an object of ACLs by initiator name')),
  generateNodeAcls: required(flag),
  defaults: object('an object: what ACLs leave out'),
}
/** What an access may have in it, for who checks one. */
export const INITIATOR_ACCESS = {
  authenticationRequired: flag,
  credentials: CREDENTIALS,
  refused: text(),
  commandDepth: wholeNumber(),
  dataOutTimeoutMs: wholeNumber(),
  pingAfterMs: wholeNumber(),
  pingTimeoutMs: wholeNumber(),
  rule: text(),
}

/**
 * LIO's access rules: a node ACL decides for its initiator; without one `generate_node_acls` does.
 * @throws {TypeError} or {RangeError} for options that cannot be.
 */
export function nodeAccess(options: NodeAccessOptions): NamePolicy {
  checkOptions('nodeAccess', options, NODE_ACCESS)
  const { acls, generateNodeAcls, defaults } = options
  if (defaults) checkOptions('nodeAccess: defaults', defaults, INITIATOR_ACCESS)
  for (const [name, own] of Object.entries(acls)) checkOptions(`nodeAccess: acls: ${name}`, own, INITIATOR_ACCESS)
  const common: InitiatorAccess = { ...DEFAULT_ACCESS, authenticationRequired: false, ...defaults }
  const byName = new Map(Object.entries(acls).map(([name, own]) => [comparedName(name), { ...common, ...own }]))
  return name => byName.get(name) ?? (generateNodeAcls ? common : undefined)
}

/** Lets every initiator in, without authentication: for tests and for programs that serve themselves. */
export const openAccess: NamePolicy = nodeAccess({ acls: {}, generateNodeAcls: true })
