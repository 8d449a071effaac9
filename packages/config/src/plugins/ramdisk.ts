import type { StoragePlanBase } from '../plan/storage-plan.ts'
import type { Of } from '../schema/kind.ts'
import { number, toggle } from '../schema/lenient.ts'
import type { PluginRow, PluginService } from './plugin.ts'
import { SizeSource, storageObject } from './plugin.ts'

const kind = storageObject('a ramdisk storage object', {
  required: { size: number(1, Number.MAX_SAFE_INTEGER) },
  optional: { nullio: toggle },
})

/** Memory that is a disk. */
export interface RamdiskPlan extends StoragePlanBase {
  readonly plugin: 'ramdisk'
  readonly file: undefined
  readonly sizeBytes: number
  /** Keeps nothing: reads give zeroes. */
  readonly nullio: boolean
}

/** Memory that is disks, by the plugin ramdisk of LIO. */
export const ramdisk: PluginRow<PluginService<Of<typeof kind>, RamdiskPlan>> = {
  meaning: 'memory that is a disk',
  product: 'RAMDISK-MCP',
  oldName: 'rd_mcp',
  service: {
    kind,
    size: SizeSource.configuration,
    sizeBytes: ({ size }) => size,
    shortfalls: {},
    defaults: { is_nonrot: () => 1 },
    isWriteBack: (_object, cached) => cached,
    plan: ({ size, nullio = false }, base) => ({
      ...base,
      plugin: 'ramdisk',
      file: undefined,
      sizeBytes: size,
      nullio,
    }),
  },
}
