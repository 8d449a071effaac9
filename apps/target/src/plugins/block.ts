import type { BlockPlan } from '@lunkit/config'
import { block as openDevice } from 'lunkit'
import { formatBytes } from '../bytes.ts'
import { whyNoDevice } from './backing-device.ts'
import type { ServedPlugin } from './plugin.ts'

/** Block devices that are disks. */
export const block: ServedPlugin<BlockPlan> = {
  open: ({ name, file: path, direct, exclusive, readOnly }, { flushFailure }) =>
    openDevice({ name, path, direct, exclusive, readOnly, flushFailure }),
  whyNone: whyNoDevice,
  explain: ({ file, direct, readOnly }, facts) =>
    `${file}${facts?.device === undefined ? '' : ` (${formatBytes(facts.sizeBytes)})`}, ${wayOf(direct)}${readOnly ? ', read-only' : ''}`,
  where: ({ file }) => file,
}

/** Which way reads and writes go to a device. */
export const wayOf = (direct: boolean): string => `${direct ? 'past' : 'through'} the page cache`
