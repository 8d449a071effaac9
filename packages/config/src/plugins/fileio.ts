import { absolutePath } from '../names.ts'
import type { StoragePlanBase } from '../plan/storage-plan.ts'
import type { Of } from '../schema/kind.ts'
import { number, toggle } from '../schema/lenient.ts'
import type { PluginRow, PluginService } from './plugin.ts'
import { SizeSource, storageObject } from './plugin.ts'

/** Of its size nothing depends where the file is there. */
const kind = storageObject('a fileio storage object', {
  required: { dev: absolutePath },
  optional: { size: number(0, Number.MAX_SAFE_INTEGER), write_back: toggle, aio: toggle },
  whenWrong: { write_back: false },
})

/** A file that is a disk. */
export interface FileioPlan extends StoragePlanBase {
  readonly plugin: 'fileio'
  readonly file: string
  /** The size that is served, as in LIO, whatever the file has; undefined: that of the file, which must be there then. */
  readonly sizeBytes: number | undefined
  /** Whether the file may be created when it is missing, and made longer when it is shorter than `sizeBytes`; never where it is read-only. */
  readonly create: boolean
  /** False: what is made of it has all its space. */
  readonly sparse: boolean
  /** Reads and writes go past the page cache. */
  readonly direct: boolean
}

// Files that other programs wrote say 0 where the file is there and has its own size.
const sizeBytes = ({ size }: Of<typeof kind>): number | undefined => (size === 0 ? undefined : size)

/** Files that are disks, by the plugin fileio of LIO. The file may be a block device, of which LIO takes the size as it is. */
export const fileio: PluginRow<PluginService<Of<typeof kind>, FileioPlan>> = {
  meaning: 'a file that is a disk',
  product: 'FILEIO',
  service: {
    kind,
    size: SizeSource.store,
    sizeBytes,
    shortfalls: {},
    defaults: { emulate_write_cache: object => (object.write_back === true ? 1 : 0) },
    // Either of the two that says "no cache" is believed: nothing that was acknowledged may then be volatile.
    isWriteBack: (object, cached) => cached && object.write_back === true,
    plan: (object, base, { create, sparse, direct = object.aio === true }) => ({
      ...base,
      plugin: 'fileio',
      file: object.dev,
      create: create && !base.readOnly,
      sparse,
      direct,
    }),
  },
}
