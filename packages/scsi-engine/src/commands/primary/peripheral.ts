import { type Peripheral, PeripheralDeviceType, PeripheralQualifier } from '@lunkit/scsi'
import type { UnitKind } from '../../unit/logical-unit.ts'

/** What INQUIRY says in its first byte of each kind of unit. */
export const PERIPHERALS: Readonly<Record<UnitKind, Peripheral>> = {
  disk: { qualifier: PeripheralQualifier.connected, deviceType: PeripheralDeviceType.directAccessBlock },
  reportLuns: { qualifier: PeripheralQualifier.connected, deviceType: PeripheralDeviceType.wellKnown },
  absent: { qualifier: PeripheralQualifier.notCapable, deviceType: PeripheralDeviceType.unknown },
}
