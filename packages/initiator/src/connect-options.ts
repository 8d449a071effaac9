import { checkOffers, ISCSI_NAME, type Offers } from '@lunkit/pdu'
import { LUN } from '@lunkit/scsi/transport'
import type { Timers } from '@lunkit/wire'
import {
  callback,
  checkArgument,
  checkOptions,
  type Domain,
  flag,
  type OptionDomains,
  object,
  oneOf,
  required,
  text,
  wholeNumber,
} from '@lunkit/wire'
import type { AttentionPolicy } from './attention.ts'
import { type ChapOptions, checkChapOptions } from './chap/chap-options.ts'
import type { KeepAliveOptions } from './keep-alive.ts'
import { DURATION_MS, PATIENCE, type Patience } from './patience.ts'
import type { SessionListener } from './session-settings.ts'
import type { OpenTransport } from './transport.ts'

/** How a portal is reached and a login is made. */
export interface PortalOptions extends Patience {
  readonly host: string
  /** 3260 when left out. */
  readonly port?: number
  readonly initiatorName?: string
  /**
   * By what this initiator shows who it is, and the target who that is: CHAP. Nothing else is offered then, unless `offers` has
   * `AuthMethod: ['CHAP', 'None']`, which lets the target choose. Without it no authentication is offered.
   */
  readonly auth?: ChapOptions | undefined
  /** The initiator's part of the session identifier, 48 bits; 40 of them random when left out (RFC 7143 11.12.5, type 10b). */
  readonly isid?: number
  /** What is offered instead of `DEFAULT_OFFERS`, by text key: digests, lengths, ... */
  readonly offers?: Offers
  /** Whether the login goes through the security stage first. */
  readonly securityStage?: boolean
  /** The CmdSN of the first command. */
  readonly cmdSN?: number
  readonly listener?: SessionListener
  /** Whether a target's mistakes that do no harm end the session too: for tests of targets. */
  readonly strict?: boolean
  /** How long a connection and its login at one portal may take; 15 s when left out. `timeoutMs` is for all of them. */
  readonly loginTimeoutMs?: number
  readonly timers?: Timers
  /** Another way to the portal than TCP. */
  readonly transport?: OpenTransport
  /** Who deals with unit attentions: `session` when left out. */
  readonly attentions?: AttentionPolicy
  /** How long a command may take that is not given a `timeoutMs` of its own; when left out, as long as it takes. */
  readonly commandTimeoutMs?: number
  /** How a target that is gone without a word is found out: after `KEEP_ALIVE_MS` when left out; false: never. */
  readonly keepAlive?: KeepAliveOptions | false
}

/** How a session with a target is made. */
export interface ConnectOptions extends PortalOptions {
  /** The target's iSCSI name. */
  readonly target: string
  /** The logical unit that `session.unit` is; 0 when left out. */
  readonly lun?: number
}

/** What `connect` takes beside a URL: all but what the URL says. */
export type UrlConnectOptions = Omit<ConnectOptions, 'host' | 'port' | 'target' | 'lun'>

/** @internal An object that may have these functions. */
export const listenerOf = (...names: readonly string[]): Domain =>
  object(`an object of functions: ${names.join(', ')}`, value =>
    names.every(name => ['function', 'undefined'].includes(typeof (value as Record<string, unknown>)[name])),
  )

const PORTAL = {
  host: required(text('a host name or an address', host => host !== '')),
  port: wholeNumber(1, 0xffff),
  initiatorName: ISCSI_NAME,
  isid: wholeNumber(0, 2 ** 48 - 1),
  offers: object('an object of text keys'),
  securityStage: flag,
  cmdSN: wholeNumber(0, 0xffff_ffff),
  listener: listenerOf('asyncMessage', 'rejected', 'attention', 'redirected'),
  strict: flag,
  loginTimeoutMs: DURATION_MS,
  timers: object('timers: { after(delayMs, callback) }', timers => 'after' in timers),
  transport: callback,
  attentions: oneOf(['session', 'command']),
  commandTimeoutMs: DURATION_MS,
  keepAlive: object('false, or { intervalMs, timeoutMs }'),
  ...PATIENCE,
}
const KEEP_ALIVE = { intervalMs: DURATION_MS, timeoutMs: DURATION_MS }

// A portal as discovery found it has the tag of its group, which a login tells anew; an address of a target that a program
// has at hand names the target, which discovery passes over.
const FOUND = { ...PORTAL, portalGroupTag: wholeNumber(0, 0xffff) }
const DISCOVERY = { ...FOUND, target: ISCSI_NAME }
const TARGET = { ...FOUND, target: required(ISCSI_NAME), lun: LUN }

/** @throws {TypeError} or {RangeError} for what `discover` cannot be given. */
export function checkPortalOptions(options: PortalOptions): void {
  check('discover', options, DISCOVERY)
}

/** @throws {TypeError} or {RangeError} for what `connect` cannot be given. */
export function checkConnectOptions(options: ConnectOptions): void {
  check('connect', options, TARGET)
}

function check(name: string, options: PortalOptions, domains: OptionDomains): void {
  checkArgument(name, options, object())
  const { auth, keepAlive, ...others } = options
  if (auth !== undefined) checkChapOptions(`${name}: auth`, auth)
  // false: there is none.
  checkOptions(name, keepAlive === false ? others : { ...others, keepAlive }, domains)
  if (keepAlive) checkOptions(`${name}: keepAlive`, keepAlive, KEEP_ALIVE)
  if (options.offers) checkOffers(`${name}: offers`, options.offers)
  checkMethods(`${name}: offers: AuthMethod`, options)
}

/** What is offered of authentication, and what there is for it, have to be the same. */
function checkMethods(name: string, { auth, offers }: PortalOptions): void {
  const methods: readonly string[] | undefined = offers?.AuthMethod
  const right = auth === undefined ? ['None'] : auth.mutual === undefined ? ['CHAP', 'None'] : ['CHAP']
  const wrong = methods?.find(method => !right.includes(method))
  if (wrong === 'None')
    throw new RangeError(`${name} has None, which no target can prove itself by; right is CHAP alone`)
  if (wrong !== undefined)
    throw new RangeError(`${name} has ${wrong}; right is ${right.join(', ')}${auth ? '' : ', or auth'}`)
  if (auth && methods && !methods.includes('CHAP'))
    throw new RangeError(`${name} has no CHAP, and there is auth; right is CHAP`)
}
