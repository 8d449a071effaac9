import { type Cdb, Release6, Release10, Reserve6, Reserve10 } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { Order } from '../../task/ordering.ts'
import type { LogicalUnit } from '../../unit/logical-unit.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import type { Execution } from '../execution.ts'

const row = {
  data: 'none',
  order: Order.free,
  whileNotReady: true,
  when: (unit: LogicalUnit) => unit.attributes.emulatePr,
} as const

/** Again by its holder a reservation changes nothing, from others it conflicts (SPC-2 5.5). */
const reserve = (cdb: Cdb): AnyCommand =>
  command({
    ...row,
    cdb,
    access: Access.control,
    run(execution: Execution) {
      if (execution.unit.reservation.reserve(execution.nexus)) execution.good()
      else execution.end(Status.reservationConflict)
    },
  })

/** From a nexus that does not hold the unit it does nothing, and that is no error (SPC-2 5.5). */
const release = (cdb: Cdb): AnyCommand =>
  command({
    ...row,
    cdb,
    access: Access.any,
    run(execution: Execution) {
      execution.unit.reservation.release(execution.nexus)
      execution.good()
    },
  })

/** RESERVE (6) and (10), RELEASE (6) and (10), of whole units for the nexus that asks. */
export const reservationRows: readonly AnyCommand[] = [
  reserve(Reserve6),
  reserve(Reserve10),
  release(Release6),
  release(Release10),
]
