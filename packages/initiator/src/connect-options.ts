import { checkOffers, ISCSI_NAME } from '@lunkit/pdu'
import { LUN } from '@lunkit/scsi/transport'
import {
  callback,
  checkArgument,
  checkOptions,
  flag,
  type OptionDomains,
  object,
  oneOf,
  required,
  text,
  wholeNumber,
} from '@lunkit/wire'
import type { ConnectOptions, PortalOptions } from './connect.ts'
import { DURATION_MS, PATIENCE } from './patience.ts'

const hasFunctions = (names: readonly string[]) => (value: object) =>
  names.every(name => ['function', 'undefined'].includes(typeof (value as Record<string, unknown>)[name]))

const PORTAL = {
  host: required(text('a host name or an address', host => host !== '')),
  port: wholeNumber(1, 0xffff),
  initiatorName: ISCSI_NAME,
  isid: wholeNumber(0, 2 ** 48 - 1),
  offers: object('an object of text keys'),
  securityStage: flag,
  cmdSN: wholeNumber(0, 0xffff_ffff),
  listener: object(
    'an object of functions: asyncMessage, rejected, attention',
    hasFunctions(['asyncMessage', 'rejected', 'attention']),
  ),
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
  // false: there is none.
  const { keepAlive, ...others } = options
  checkOptions(name, keepAlive === false ? others : options, domains)
  if (keepAlive) checkOptions(`${name}: keepAlive`, keepAlive, KEEP_ALIVE)
  if (options.offers) checkOffers(`${name}: offers`, options.offers)
}
