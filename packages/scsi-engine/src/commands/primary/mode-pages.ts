import { Caching, Control, InformationalExceptionsControl, ModePageCode, ReadWriteErrorRecovery } from '@lunkit/scsi'
import { type ControlMode, DEFAULT_MODE, type LogicalUnit } from '../../unit/logical-unit.ts'

/** One mode page of a disk. All of them are of the page_0 format: there are no subpages. */
export interface ModePageRow {
  readonly page: ModePageCode
  /** The page, its header included, as it is with this control mode. */
  values(unit: LogicalUnit, mode: ControlMode): Uint8Array
  /** The page with a 1 for every bit that MODE SELECT can change, behind the same header. */
  readonly changeable: Uint8Array
}

/** Bytes of a page before what its length counts. */
const HEADER_BYTES = 2
const header = (page: ModePageCode, size: number) => ({ page, length: size - HEADER_BYTES })

/** SIMPLE tasks may pass each other in any way (QUEUE ALGORITHM MODIFIER). */
const UNRESTRICTED_REORDERING = 1
/** BUSY may last without limit. */
const UNLIMITED = 0xffff
/** What LIO says an extended self-test takes. */
const SELF_TEST_SECONDS = 30

const recovery = header(ModePageCode.readWriteErrorRecovery, ReadWriteErrorRecovery.size)
const caching = header(ModePageCode.caching, Caching.size)
const control = header(ModePageCode.control, Control.size)
const exceptions = header(ModePageCode.informationalExceptionsControl, InformationalExceptionsControl.size)

/** Every mode page of a disk, in the order in which MODE SENSE returns them. */
export const MODE_PAGES: readonly ModePageRow[] = [
  {
    page: ModePageCode.readWriteErrorRecovery,
    values: () => ReadWriteErrorRecovery.encode(recovery),
    changeable: ReadWriteErrorRecovery.encode(recovery),
  },
  {
    page: ModePageCode.caching,
    values: unit => Caching.encode({ ...caching, writeCacheEnabled: unit.writeCache, disableReadAhead: true }),
    changeable: Caching.encode(caching),
  },
  {
    page: ModePageCode.control,
    values: (unit, { softwareWriteProtect, descriptorSense }) =>
      Control.encode({
        ...control,
        globalLoggingTargetSaveDisable: true,
        queueAlgorithmModifier: UNRESTRICTED_REORDERING,
        taskAbortedStatus: unit.attributes.emulateTas,
        busyTimeoutPeriod: UNLIMITED,
        extendedSelfTestSeconds: SELF_TEST_SECONDS,
        softwareWriteProtect,
        descriptorSense,
      }),
    changeable: Control.encode({ ...control, softwareWriteProtect: true, descriptorSense: true }),
  },
  {
    page: ModePageCode.informationalExceptionsControl,
    values: () => InformationalExceptionsControl.encode(exceptions),
    changeable: InformationalExceptionsControl.encode(exceptions),
  },
]

/** The values that a reset brings back. */
export const defaultValues = (row: ModePageRow, unit: LogicalUnit): Uint8Array => row.values(unit, DEFAULT_MODE)
