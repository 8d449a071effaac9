import type { Kind } from '../schema/kind.ts'
import { flag, kind, wholeNumber } from '../schema/kind.ts'
import type { SettingRow } from './setting.ts'
import { setting } from './setting.ts'

const oneOf = <T extends string>(...words: readonly T[]): Kind<T | undefined> =>
  kind(words.join(', '), value => words.find(word => word === value))

const count = (least: number, most = Number.MAX_SAFE_INTEGER): Kind<number | undefined> => wholeNumber(least, most)
const rate = count(1)
const operation = oneOf('read', 'write', 'flush', 'zero', 'discard', 'extents')
/** Which operations have a line of the log. */
const logged = oneOf('off', 'errors', 'all')
const optionalFlag: Kind<boolean | undefined> = flag
const path = kind<string | undefined>('an absolute path', value =>
  typeof value === 'string' && value.startsWith('/') ? value : undefined,
)
/** How a store can fail. */
const fault = oneOf('io', 'noSpace', 'readOnly', 'gone', 'noMemory', 'laneLost', 'flushFailed')
const LONGEST_MS = 600_000

const optional = <T>(allowed: Kind<T | undefined>, meaning: string): SettingRow<T | undefined> =>
  setting<T | undefined>(allowed, undefined, meaning)

/** What stands before the store of a storage object. All of it changes while it is served; what is not set does nothing. */
export const layerSettings = {
  log: optional(logged, 'which operations have a line of the log: those that fail, or all; not set: off'),
  limit_iops: optional(rate, 'reads, writes, zeroings and unmaps a second, in pieces of 256 KiB; not set: no limit'),
  limit_bytes: optional(rate, 'bytes read and written a second; not set: no limit'),
  limit_initiator_iops: optional(rate, 'limit_iops of each initiator by itself'),
  limit_initiator_bytes: optional(rate, 'limit_bytes of each initiator by itself'),
  limit_burst_ms: optional(
    count(1, 60_000),
    'milliseconds whose operations and bytes may be saved up, and used at once; not set: 100',
  ),
  verify: optional(
    optionalFlag,
    'each block that is written has a CRC32C, and is compared with it when it is read; not set: false',
  ),
  verify_path: optional(
    path,
    'the file that they are kept in; not set: that of a fileio disk with .verify behind its name',
  ),
  delay_ms: optional(
    count(0, LONGEST_MS),
    'for tests: milliseconds for which operations are held back; not set: none is',
  ),
  delay_operation: optional(operation, 'which operations are held back; not set: all'),
  delay_percent: optional(count(1, 100), 'how many of them are, at random; not set: all'),
  delay_offset: optional(count(0), 'only those that touch what lies from this byte on'),
  delay_bytes: optional(count(1), 'only those that touch so many bytes from there on'),
  delay_after: optional(count(1), 'so many of them pass first'),
  delay_times: optional(count(1), 'so many of them are, then no more; 1: once'),
  fault: optional(fault, 'for tests: operations fail in this way, and do not reach the store; not set: none does'),
  fault_operation: optional(operation, 'which operations fail; not set: all'),
  fault_percent: optional(count(1, 100), 'how many of them do, at random; not set: all'),
  fault_offset: optional(count(0), 'only those that touch what lies from this byte on'),
  fault_bytes: optional(count(1), 'only those that touch so many bytes from there on'),
  fault_after: optional(count(1), 'so many of them pass first'),
  fault_times: optional(count(1), 'so many of them do, then no more; 1: once'),
} as const

/** Those that are in force. */
export type LayerSettings = {
  readonly [K in keyof typeof layerSettings]: (typeof layerSettings)[K]['default']
}

/** Those among settings, each of them. */
export function layerSettingsIn(settings: Partial<LayerSettings>): LayerSettings {
  const names = Object.keys(layerSettings) as (keyof LayerSettings)[]
  return Object.fromEntries(names.map(name => [name, settings[name]])) as LayerSettings
}
