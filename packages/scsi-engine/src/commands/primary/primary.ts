import { readCapacityRows } from '../block/read-capacity.ts'
import { startStopUnit } from '../block/start-stop-unit.ts'
import type { AnyCommand } from '../command-set.ts'
import { inquiry } from './inquiry.ts'
import { modeSelectRows } from './mode-select.ts'
import { modeSenseRows } from './mode-sense.ts'
import { reportLuns } from './report-luns.ts'
import { reportSupportedOperationCodes } from './report-supported-operation-codes.ts'
import { reportSupportedTaskManagementFunctions } from './report-supported-task-management.ts'
import { requestSense } from './request-sense.ts'
import { reservationRows } from './reservation.ts'
import { testUnitReady } from './test-unit-ready.ts'

/** The commands of a number behind which there is no unit. */
export const noUnitRows: readonly AnyCommand[] = [inquiry, requestSense]

/** The commands of LUN 0 where there is no unit: there is always someone to ask what there is. */
export const lunZeroRows: readonly AnyCommand[] = [...noUnitRows, reportLuns]

/** The commands of the REPORT LUNS well-known logical unit, all that SPC-5 asks of it. */
export const wellKnownRows: readonly AnyCommand[] = [...lunZeroRows, testUnitReady]

/** The commands of a disk that do not move its data. */
export const primaryRows: readonly AnyCommand[] = [
  ...wellKnownRows,
  ...modeSelectRows,
  ...modeSenseRows,
  ...readCapacityRows,
  ...reservationRows,
  startStopUnit,
  reportSupportedOperationCodes,
  reportSupportedTaskManagementFunctions,
]
