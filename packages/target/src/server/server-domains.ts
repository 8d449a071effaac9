import { arrayOf, callback, flag, type OptionDomains, object, required, wholeNumber } from '@lunkit/wire'
import { TARGET_LIMITS } from '../limits.ts'
import { LOGIN_PROOF } from './login-proof.ts'

/** An object of a class that may come from another copy of its package. */
const having = (words: string, ...methods: readonly string[]) =>
  object(words, given => methods.every(name => typeof (given as Record<string, unknown>)[name] === 'function'))

/** What a server is made of. */
export const SERVER: OptionDomains = {
  slab: required(having('a Slab', 'take', 'takeLater')),
  timers: required(having('timers: startTimerWheel().wheel, or { now, after(delayMs, action) }', 'after')),
  statistics: having('TargetStatistics', 'add', 'read', 'portalRow', 'sessionRow'),
  limits: object('an object of limits'),
  listener: callback,
  worked: callback,
  batch: having('a batch: { begin, end }', 'begin', 'end'),
  discovery: LOGIN_PROOF,
  otherPortal: callback,
  listen: callback,
}
/** What portal groups have for a server beside what all have. */
export const GROUP: OptionDomains = {
  enabled: required(flag),
  router: required(having('a TaskRouter, as TargetDevice.portGroup() returns it', 'open')),
  listedWhileDisabled: flag,
  listens: flag,
  maxSentDataSegmentLength: wholeNumber(512, 0xff_ffff),
}
/** Portals, each of which is checked by itself. */
export const ADDRESSES = arrayOf(object(), 'of addresses: { host, port }')
/** What a connection comes by. */
export const STREAM = having('a ByteStream', 'write', 'pause', 'resume', 'forgetPlace', 'end', 'destroy')

const LIMIT = wholeNumber()
/** The limits of a server, by name. */
export const LIMITS: OptionDomains = Object.fromEntries(Object.keys(TARGET_LIMITS).map(name => [name, LIMIT]))
/** What timers can wait for. */
export const DEADLINE_MS = wholeNumber(0, 2 ** 31 - 1)
/** How sessions are made to end; Time2Wait has 16 bits. */
export const LOGOUT_TIMES: OptionDomains = {
  graceMs: required(DEADLINE_MS),
  comeBackAfterSeconds: wholeNumber(0, 0xffff),
}
