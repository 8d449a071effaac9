import { MAPPED_LUNS } from '@lunkit/scsi-engine'
import { checkAddress, checkOffers, ISCSI_NAME, LOGIN_PROOF, OWN_ISCSI_NAME, TARGET_LIMITS } from '@lunkit/target'
import {
  arrayOf,
  callback,
  checkArgument,
  checkOptions,
  flag,
  type OptionDomains,
  object,
  required,
  text,
  wholeNumber,
} from '@lunkit/wire'
import { NAME } from './disk-options.ts'
import { CPUS, MOST_LANES, PLACEMENT } from './lane-placement.ts'
import type { DiskServerOptions } from './server-options.ts'
import type { NewTargetOptions, TargetOptions } from './target-options.ts'

const isFunction = (value: unknown): boolean => typeof value === 'function'

/** What is to be served: what `ramdisk` and `fileio` return, or an object of a program's own. */
export const STORAGE = object('a disk, as ramdisk() and fileio() return it', storage => {
  const { open, unit } = storage as { readonly open?: unknown; readonly unit?: unknown }
  return isFunction(open) && isFunction(unit)
})
const DISKS = arrayOf(STORAGE, `of 1 to ${MAPPED_LUNS} disks, as ramdisk() and fileio() return them`)

const SERVER: OptionDomains = {
  transferMemoryBytes: wholeNumber(1),
  lanes: wholeNumber(1, MOST_LANES),
  laneCpus: CPUS,
  lanePlacement: PLACEMENT,
  pollUs: { ...wholeNumber(), words: 'a whole number of microseconds, 0 or more' },
  limits: object('an object of limits'),
  discovery: LOGIN_PROOF,
  listener: callback,
  laneListener: callback,
  diskListener: callback,
  onBug: callback,
  poison: flag,
  timers: object('timers: { after(delayMs, callback) }'),
}
/** What a new target has. */
const NEW_TARGET: OptionDomains = {
  luns: required({
    ...DISKS,
    has: (luns: unknown) =>
      DISKS.has(luns as never) && (luns as unknown[]).length > 0 && (luns as unknown[]).length <= MAPPED_LUNS,
  }),
  name: OWN_ISCSI_NAME,
  alias: text(),
  portal: object('{ host, port }'),
  initiators: arrayOf(ISCSI_NAME),
  parameters: object('an object of text keys'),
}
/** The limits of a target; each is checked further by itself. */
export const LIMITS: OptionDomains = Object.fromEntries(Object.keys(TARGET_LIMITS).map(name => [name, wholeNumber()]))

/** @throws {TypeError} or {RangeError} for options that a server cannot have. */
export function checkServerOptions(name: string, options: DiskServerOptions): void {
  checkOptions(name, options, SERVER)
  if (options.limits) checkOptions(`${name}: limits`, options.limits, LIMITS)
}

/** @throws {TypeError} or {RangeError} for options that a target with a server of its own cannot have. */
export function checkTargetOptions(options: TargetOptions): void {
  checkOptions('createTarget', options, { ...NEW_TARGET, ...SERVER })
  if (options.limits) checkOptions('createTarget: limits', options.limits, LIMITS)
  checkNewTarget('createTarget', options)
}

/** @throws {TypeError} or {RangeError} for options that a new target of a server cannot have. */
export function checkAddTarget(options: NewTargetOptions): void {
  checkOptions('addTarget', options, NEW_TARGET)
  checkNewTarget('addTarget', options)
}

function checkNewTarget(name: string, { portal, parameters }: NewTargetOptions): void {
  if (portal) checkAddress(`${name}: portal`, portal)
  if (parameters) checkOffers(`${name}: parameters`, parameters)
}

/** @throws {TypeError} or {RangeError} for what cannot be opened as a disk. */
export function checkOpening(storage: unknown, name: unknown, target: unknown): void {
  checkArgument('open: storage', storage, STORAGE)
  checkArgument('open: name', name, NAME)
  if (target !== undefined) checkArgument('open: target', target, NAME)
}
