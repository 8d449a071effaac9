import type { RamdiskPlan } from '@lunkit/config'
import { ramdisk as openMemory } from 'lunkit'
import { formatBytes } from '../bytes.ts'
import type { ServedPlugin } from './plugin.ts'

/** Memory that is disks. */
export const ramdisk: ServedPlugin<RamdiskPlan> = {
  open: ({ name, sizeBytes, nullio }) => openMemory({ name, sizeBytes, nullio }),
  whyNone: () => undefined,
  explain: ({ sizeBytes, nullio, readOnly }) =>
    `${formatBytes(sizeBytes)} ${nullio ? 'that keep nothing' : 'in memory'}${readOnly ? ', read-only' : ''}`,
  where: ({ nullio }) => (nullio ? 'keeps nothing' : 'in memory'),
}
