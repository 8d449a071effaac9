import { PeripheralDeviceType, PeripheralQualifier, VersionDescriptor } from '@lunkit/scsi'
import { compareAndWriteRow } from '../commands/block/compare-and-write.ts'
import { getLbaStatusRow } from '../commands/block/get-lba-status.ts'
import { caching, readWriteErrorRecovery } from '../commands/block/mode-pages.ts'
import { readRows } from '../commands/block/read.ts'
import { readCapacityRows } from '../commands/block/read-capacity.ts'
import { startStopUnit } from '../commands/block/start-stop-unit.ts'
import { synchronizeCacheRows } from '../commands/block/synchronize-cache.ts'
import { unmapRow } from '../commands/block/unmap.ts'
import { verifyRows } from '../commands/block/verify.ts'
import { blockPages } from '../commands/block/vital-product-data.ts'
import { writeRows } from '../commands/block/write.ts'
import { writeAndVerifyRows } from '../commands/block/write-and-verify.ts'
import { writeSameRows } from '../commands/block/write-same.ts'
import { CommandSet } from '../commands/command-set.ts'
import { inquiry } from '../commands/primary/inquiry.ts'
import { control, informationalExceptionsControl } from '../commands/primary/mode-pages.ts'
import { modeSelectRows } from '../commands/primary/mode-select.ts'
import { modeSenseRows } from '../commands/primary/mode-sense.ts'
import { reportLuns } from '../commands/primary/report-luns.ts'
import { reportSupportedOperationCodes } from '../commands/primary/report-supported-operation-codes.ts'
import { reportSupportedTaskManagementFunctions } from '../commands/primary/report-supported-task-management.ts'
import { requestSense } from '../commands/primary/request-sense.ts'
import { reservationRows } from '../commands/primary/reservation.ts'
import { testUnitReady } from '../commands/primary/test-unit-ready.ts'
import { primaryPages } from '../commands/primary/vital-product-data.ts'
import type { ServedType } from '../task/served-type.ts'

const { sam5, iscsi, spc4, sbc3 } = VersionDescriptor

/** A direct access block device. */
export const disk: ServedType = {
  name: 'a disk',
  exists: true,
  peripheral: { qualifier: PeripheralQualifier.connected, deviceType: PeripheralDeviceType.directAccessBlock },
  versionDescriptors: [sam5, iscsi, spc4, sbc3],
  commands: new CommandSet([
    inquiry,
    requestSense,
    reportLuns,
    testUnitReady,
    ...modeSelectRows,
    ...modeSenseRows,
    ...readCapacityRows,
    ...reservationRows,
    startStopUnit,
    reportSupportedOperationCodes,
    reportSupportedTaskManagementFunctions,
    ...readRows,
    ...writeRows,
    ...verifyRows,
    ...writeAndVerifyRows,
    ...writeSameRows,
    ...synchronizeCacheRows,
    compareAndWriteRow,
    unmapRow,
    getLbaStatusRow,
  ]),
  vitalProductData: [...primaryPages, ...blockPages],
  modePages: [readWriteErrorRecovery, caching, control, informationalExceptionsControl],
}
