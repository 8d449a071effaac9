import type { Cdb, ModePageCode, Peripheral, VpdPageCode } from '@lunkit/scsi'
import type { ControlMode } from '../unit/control-mode.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import type { UnitType } from '../unit/unit-type.ts'
import type { AskingNexus } from './asking-nexus.ts'

/** A command as other commands know it. */
export interface SupportedCommand {
  readonly cdb: Cdb
  /** Whether this unit has it; left out for one that every unit of the type has. */
  readonly when?: (unit: LogicalUnit) => boolean
}

/** A vital product data page of a device type. */
export interface VpdPageRow {
  readonly code: VpdPageCode
  /** What follows the page's header; `pages` are the codes of all pages of the type. */
  body(unit: LogicalUnit, nexus: AskingNexus, pages: readonly VpdPageCode[]): Uint8Array
}

/** A mode page of a device type. All of them are of the page_0 format: there are no subpages. */
export interface ModePageRow {
  readonly page: ModePageCode
  /** The page, its header included, as it is with this control mode. */
  values(unit: LogicalUnit, mode: ControlMode): Uint8Array
  /** The page with a 1 for every bit that MODE SELECT can change, behind the same header. */
  readonly changeable: Uint8Array
}

/** A type of device as commands know it: everything in which one type differs from another is said in its row. */
export interface DeviceType extends UnitType {
  /** The first byte of INQUIRY data. */
  readonly peripheral: Peripheral
  /** The standards that it conforms to, as INQUIRY lists them. */
  readonly versionDescriptors: readonly number[]
  readonly commands: { readonly rows: readonly SupportedCommand[] }
  /** In the order in which page 00h lists them. */
  readonly vitalProductData: readonly VpdPageRow[]
  /** In the order in which MODE SENSE returns them. */
  readonly modePages: readonly ModePageRow[]
}
