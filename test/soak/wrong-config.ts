import { type ServedConfig, saveConfig } from '../harness/save-config.ts'

/** A configuration that is wrong, and what lunkitd says of it. */
export interface WrongConfig {
  readonly text: string
  readonly reason: string
}

/** What makes a configuration wrong, each in a way of its own. */
export const WAYS_TO_BE_WRONG: readonly ((served: ServedConfig) => WrongConfig)[] = [
  served => ({ text: textOf(served).slice(0, -2), reason: 'is not JSON' }),
  served => ({
    text: textOf({ ...served, settings: { ...served.settings, poll_us: -1 } }),
    reason: 'lunkit.poll_us: is -1; right is a whole number from 0 to 10000',
  }),
  served => ({
    text: textOf({ ...served, stores: [...served.stores, unopenable] }),
    reason: 'openDisk fileio/unopenable: cannot open /nonexistent/unopenable.img',
  }),
  served => ({
    text: textOf({ ...served, moreAddresses: [...(served.moreAddresses ?? []), ELSEWHERE] }),
    reason: `portal group 1 ${ELSEWHERE}:`,
  }),
  served => ({
    text: textOf({ ...served, limits: { ...served.limits, transfer_memory_bytes: 2 ** 26 } }),
    reason: 'lunkit.limits.transfer_memory_bytes: is 67108864, and lunkitd has started with the default',
  }),
]

/** An address that no machine has (RFC 5737). */
const ELSEWHERE = '192.0.2.1'
const unopenable = {
  name: 'unopenable',
  lun: 255,
  plugin: 'fileio',
  path: '/nonexistent/unopenable.img',
  writeBack: true,
  sizeBytes: 2 ** 20,
} as const

const textOf = (served: ServedConfig): string => JSON.stringify(saveConfig(served), undefined, 2)
