import type { SenseCode } from '@lunkit/scsi'
import type { TargetPort } from '../nexus/target-port.ts'
import type { KnownNexus } from './known-nexus.ts'
import type { NotReady, Readiness } from './readiness.ts'
import type { Reservation } from './reservation.ts'

/** What of a logical unit decides who may do what. */
export interface AccessedUnit {
  readonly reservation: Reservation
  readonly readiness: Readiness
  /** Why the medium cannot be written whatever the nexus, or undefined. */
  readonly writeProtection: SenseCode | undefined
}

/**
 * The access to a logical unit through one target port. Reservations, readiness and write protection are the unit's own, so that
 * every port gives the same answers; a state that each port has for itself (asymmetric logical unit access, SPC-5) is
 * asked for here.
 */
export class PortAccess {
  readonly unit: AccessedUnit
  readonly port: TargetPort

  constructor(unit: AccessedUnit, port: TargetPort) {
    this.unit = unit
    this.port = port
  }

  /** Whether another nexus holds the unit, so that this one gets RESERVATION CONFLICT. Asked for every command. */
  conflicts(nexus: KnownNexus): boolean {
    const { reservation } = this.unit
    return reservation.holder !== undefined && reservation.conflicts(nexus)
  }

  /** Why the unit is not ready through this port, or undefined when it is. Asked for every command. */
  get condition(): NotReady | undefined {
    return this.unit.readiness.condition
  }

  /** Why the medium cannot be written through this port, or undefined. */
  get writeProtection(): SenseCode | undefined {
    return this.unit.writeProtection
  }
}
