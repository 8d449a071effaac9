import type { ScsiDevice } from '@lunkit/backstores/store'
import { type PeripheralDeviceType, PeripheralQualifier } from '@lunkit/scsi'
import { CommandSet } from '../commands/command-set.ts'
import { anyOther, passThroughRows } from '../commands/pass-through/rows.ts'
import type { ServedType } from '../task/served-type.ts'

const commands = new CommandSet(passThroughRows, anyOther)

/** A device of this machine, of whatever type it says: its commands are its own, and so are its pages. */
export const passThroughType = ({ deviceType }: ScsiDevice): ServedType => ({
  name: 'a passed-through device',
  exists: true,
  peripheral: { qualifier: PeripheralQualifier.connected, deviceType: deviceType as PeripheralDeviceType },
  versionDescriptors: [],
  commands,
  vitalProductData: [],
  modePages: [],
})
