import { PeripheralDeviceType, PeripheralQualifier, VersionDescriptor } from '@lunkit/scsi'
import { CommandSet } from '../commands/command-set.ts'
import { inquiry } from '../commands/primary/inquiry.ts'
import { reportLuns } from '../commands/primary/report-luns.ts'
import { requestSense } from '../commands/primary/request-sense.ts'
import { testUnitReady } from '../commands/primary/test-unit-ready.ts'
import { deviceNameOnly, supportedPages } from '../commands/primary/vital-product-data.ts'
import type { ServedType } from '../task/served-type.ts'

const { sam5, iscsi, spc4 } = VersionDescriptor

/** The REPORT LUNS well-known logical unit, with all that SPC-5 asks of it. */
export const wellKnown: ServedType = {
  name: 'the REPORT LUNS well-known logical unit',
  exists: true,
  peripheral: { qualifier: PeripheralQualifier.connected, deviceType: PeripheralDeviceType.wellKnown },
  versionDescriptors: [sam5, iscsi, spc4],
  commands: new CommandSet([inquiry, requestSense, reportLuns, testUnitReady]),
  vitalProductData: [supportedPages, deviceNameOnly],
  modePages: [],
}
