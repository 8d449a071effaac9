import { PeripheralDeviceType, PeripheralQualifier, VersionDescriptor } from '@lunkit/scsi'
import { CommandSet } from '../commands/command-set.ts'
import { inquiry } from '../commands/primary/inquiry.ts'
import { reportLuns } from '../commands/primary/report-luns.ts'
import { requestSense } from '../commands/primary/request-sense.ts'
import { supportedPages } from '../commands/primary/vital-product-data.ts'
import type { ServedType } from '../task/served-type.ts'

const { sam5, iscsi, spc4 } = VersionDescriptor

/** A number without a unit, which says so. */
export const absent: ServedType = {
  name: 'no unit',
  exists: false,
  peripheral: { qualifier: PeripheralQualifier.notCapable, deviceType: PeripheralDeviceType.unknown },
  versionDescriptors: [sam5, iscsi, spc4],
  commands: new CommandSet([inquiry, requestSense]),
  vitalProductData: [supportedPages],
  modePages: [],
}

/** LUN 0 where there is no unit: there is always someone to ask what there is. */
export const lunZero: ServedType = { ...absent, commands: new CommandSet([inquiry, requestSense, reportLuns]) }
