import { Control, InformationalExceptionsControl, ModePageCode } from '@lunkit/scsi'
import type { ModePageRow } from '../device-type.ts'
import { modePageHeader } from '../mode-page-header.ts'

/** SIMPLE tasks may pass each other in any way (QUEUE ALGORITHM MODIFIER). */
const UNRESTRICTED_REORDERING = 1
/** BUSY may last without limit. */
const UNLIMITED = 0xffff
/** What LIO says an extended self-test takes. */
const SELF_TEST_SECONDS = 30

const controlHeader = modePageHeader(ModePageCode.control, Control.size)
const exceptions = InformationalExceptionsControl.encode(
  modePageHeader(ModePageCode.informationalExceptionsControl, InformationalExceptionsControl.size),
)

/** The Control mode page. */
export const control: ModePageRow = {
  page: ModePageCode.control,
  values: (unit, { softwareWriteProtect, descriptorSense }) =>
    Control.encode({
      ...controlHeader,
      globalLoggingTargetSaveDisable: true,
      queueAlgorithmModifier: UNRESTRICTED_REORDERING,
      taskAbortedStatus: unit.attributes.emulateTas,
      busyTimeoutPeriod: UNLIMITED,
      extendedSelfTestSeconds: SELF_TEST_SECONDS,
      softwareWriteProtect,
      descriptorSense,
    }),
  changeable: Control.encode({ ...controlHeader, softwareWriteProtect: true, descriptorSense: true }),
}

/** The Informational Exceptions Control mode page. */
export const informationalExceptionsControl: ModePageRow = {
  page: ModePageCode.informationalExceptionsControl,
  values: () => exceptions,
  changeable: exceptions,
}
