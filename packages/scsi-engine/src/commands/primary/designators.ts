import {
  Association,
  type Designator,
  DesignatorType,
  naaDesignator,
  numberDesignator,
  ProtocolId,
  scsiNameDesignator,
  t10VendorDesignator,
} from '@lunkit/scsi'
import type { NexusName } from '@lunkit/scsi/transport'
import type { LogicalUnit } from '../../unit/logical-unit.ts'
import type { AskingNexus } from '../asking-nexus.ts'

/** LIO's default_tg_pt_gp and default_lu_gp: every port and every unit is in group 0. */
const DEFAULT_GROUP = 0

const port = { association: Association.targetPort, protocol: ProtocolId.iscsi }
const device = { association: Association.targetDevice, protocol: ProtocolId.iscsi }
const unitItself = { association: Association.logicalUnit }

/** The SCSI port name of an iSCSI target port: target name and portal group tag (RFC 7143, SCSI architecture model). */
const portName = ({ targetName, targetPortalGroupTag }: NexusName): string =>
  `${targetName},t,0x${targetPortalGroupTag.toString(16).padStart(4, '0')}`

/** The name of the device that the nexus goes to, which is all that a unit without an identity of its own says. */
export const deviceName = ({ name }: AskingNexus): Designator => scsiNameDesignator(name.targetName, device)

/** The names of the port that this nexus goes through, and of the device, beside those that a unit has of itself. */
export const portDesignators = (nexus: AskingNexus): Designator[] => [
  numberDesignator(DesignatorType.relativeTargetPort, nexus.port.relativePortId, port),
  scsiNameDesignator(portName(nexus.name), port),
  deviceName(nexus),
]

/** The names of the unit, of the port that this nexus goes through, and of the device, in LIO's order. */
export function designators({ identity }: LogicalUnit, nexus: AskingNexus): Designator[] {
  const { vendor, product, serial, companyId } = identity
  return [
    naaDesignator(companyId, serial),
    t10VendorDesignator(vendor, product, serial),
    numberDesignator(DesignatorType.relativeTargetPort, nexus.port.relativePortId, port),
    numberDesignator(DesignatorType.targetPortGroup, DEFAULT_GROUP, port),
    numberDesignator(DesignatorType.logicalUnitGroup, DEFAULT_GROUP, unitItself),
    scsiNameDesignator(portName(nexus.name), port),
    deviceName(nexus),
  ]
}
