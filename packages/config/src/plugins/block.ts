import { absolutePath } from '../names.ts'
import type { StoragePlanBase } from '../plan/storage-plan.ts'
import type { Of } from '../schema/kind.ts'
import { toggle } from '../schema/lenient.ts'
import type { PluginRow, PluginService } from './plugin.ts'
import { SizeSource, storageObject } from './plugin.ts'

/** LIO takes `write_back` too, and makes nothing of it: the cache is the device's. */
const kind = storageObject('a block storage object', {
  required: { dev: absolutePath },
  optional: { write_back: toggle, exclusive: toggle },
  whenWrong: { write_back: false, exclusive: true },
})

/** A block device that is a disk. */
export interface BlockPlan extends StoragePlanBase {
  readonly plugin: 'block'
  readonly file: string
  /** A device has the size that it has. */
  readonly sizeBytes: undefined
  /** Reads and writes go past the page cache. */
  readonly direct: boolean
  /** It is not served while others hold it, or mount it, nor they while it is served. */
  readonly exclusive: boolean
}

/** Block devices that are disks, by the plugin block of LIO. */
export const block: PluginRow<PluginService<Of<typeof kind>, BlockPlan>> = {
  meaning: 'a block device that is a disk',
  product: 'IBLOCK',
  oldName: 'iblock',
  service: {
    kind,
    size: SizeSource.store,
    isDevice: true,
    sizeBytes: () => undefined,
    shortfalls: {},
    defaults: {},
    // LIO reports the cache that the device has, and lets nobody set it: its files say 0, whatever that is.
    isWriteBack: () => true,
    plan: ({ dev, exclusive = true }, base, { direct = true }) => ({
      ...base,
      plugin: 'block',
      file: dev,
      sizeBytes: undefined,
      direct,
      exclusive,
    }),
  },
}
