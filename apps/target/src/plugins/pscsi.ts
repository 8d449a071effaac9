import type { PscsiPlan } from '@lunkit/config'
import { pscsi as openDevice } from 'lunkit'
import { whyNoScsiDevice } from './backing-scsi-device.ts'
import type { ServedPlugin } from './plugin.ts'
import { scsiTypeWords } from './scsi-type-words.ts'

/** SCSI devices that commands are passed through to. */
export const pscsi: ServedPlugin<PscsiPlan> = {
  open: ({ name, file: path, readOnly }) => openDevice({ name, path, readOnly }),
  whyNone: whyNoScsiDevice,
  explain: ({ file, readOnly }, facts) => {
    const { scsi } = facts ?? {}
    const what = scsi && ` (${scsiTypeWords(scsi.deviceType)}: ${scsi.vendor} ${scsi.model}, at ${scsi.address})`
    return `${file}${what ?? ''}, commands passed through${readOnly ? ', read-only' : ''}`
  },
  where: ({ file }) => file,
}
