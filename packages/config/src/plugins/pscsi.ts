import { scsiDevice } from '../names.ts'
import type { StoragePlanBase } from '../plan/storage-plan.ts'
import type { Of } from '../schema/kind.ts'
import type { PluginRow, PluginService } from './plugin.ts'
import { SizeSource, storageObject } from './plugin.ts'

const kind = storageObject('a pscsi storage object', { required: { dev: scsiDevice }, optional: {} })

/** A SCSI device of the machine that commands are passed through to. */
export interface PscsiPlan extends StoragePlanBase {
  readonly plugin: 'pscsi'
  /** A node of the device, or its address (host, channel, target and LUN): `2:0:0:1`. */
  readonly file: string
  /** It keeps its blocks, if it has any, itself. */
  readonly sizeBytes: undefined
}

/** SCSI devices that commands are passed through to, by the plugin pscsi of LIO. */
export const pscsi: PluginRow<PluginService<Of<typeof kind>, PscsiPlan>> = {
  meaning: 'a SCSI device that commands are passed through to',
  product: undefined,
  service: {
    kind,
    size: SizeSource.store,
    isDevice: true,
    passesThrough: true,
    sizeBytes: () => undefined,
    shortfalls: {},
    // LIO leaves both to the device.
    defaults: { alua_support: () => 0, pgr_support: () => 0 },
    isWriteBack: () => false,
    plan: ({ dev }, base) => ({ ...base, plugin: 'pscsi', file: dev, sizeBytes: undefined }),
  },
}
