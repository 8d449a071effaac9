import { checkOffers, ISCSI_NAME } from '@lunkit/pdu'
import { callback, checkOptions, flag, object, required, text, wholeNumber } from '@lunkit/wire'
import type { ConnectOptions, PortalOptions } from './connect.ts'

/** What setTimeout can wait for; longer ones would strike at once. */
const DURATION_MS = wholeNumber(1, 2 ** 31 - 1)

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
  listener: object('an object of functions: asyncMessage, rejected', hasFunctions(['asyncMessage', 'rejected'])),
  strict: flag,
  loginTimeoutMs: DURATION_MS,
  timers: object('timers: { after(delayMs, callback) }', timers => 'after' in timers),
  transport: callback,
}

// A portal as discovery found it has the tag of its group, which a login tells anew; an address of a target that a program
// has at hand names the target, which discovery passes over.
const FOUND = { ...PORTAL, portalGroupTag: wholeNumber(0, 0xffff) }
const DISCOVERY = { ...FOUND, target: ISCSI_NAME }
const TARGET = { ...FOUND, target: required(ISCSI_NAME) }

/** @throws {TypeError} or {RangeError} for what `discover` cannot be given. */
export function checkPortalOptions(options: PortalOptions): void {
  checkOptions('discover', options, DISCOVERY)
  if (options.offers) checkOffers('discover: offers', options.offers)
}

/** @throws {TypeError} or {RangeError} for what `connect` cannot be given. */
export function checkConnectOptions(options: ConnectOptions): void {
  checkOptions('connect', options, TARGET)
  if (options.offers) checkOffers('connect: offers', options.offers)
}
