import { Caching, ModePageCode, ReadWriteErrorRecovery } from '@lunkit/scsi'
import type { ModePageRow } from '../device-type.ts'
import { modePageHeader } from '../mode-page-header.ts'

const recovery = ReadWriteErrorRecovery.encode(
  modePageHeader(ModePageCode.readWriteErrorRecovery, ReadWriteErrorRecovery.size),
)
const cachingHeader = modePageHeader(ModePageCode.caching, Caching.size)

/** The Read-Write Error Recovery mode page. */
export const readWriteErrorRecovery: ModePageRow = {
  page: ModePageCode.readWriteErrorRecovery,
  values: () => recovery,
  changeable: recovery,
}

/** The Caching mode page. */
export const caching: ModePageRow = {
  page: ModePageCode.caching,
  values: unit => Caching.encode({ ...cachingHeader, writeCacheEnabled: unit.writeCache, disableReadAhead: true }),
  changeable: Caching.encode(cachingHeader),
}
