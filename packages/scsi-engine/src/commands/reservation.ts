import { type Cdb, Release6, Release10, Reserve6, Reserve10 } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { Access, type Command, command, Order } from '../execution.ts'

/** RESERVE for the whole unit: again by its holder it changes nothing, from others it conflicts (SPC-2 5.5). */
const reserve = <C extends Cdb>(cdb: C): Command<C> =>
  command({
    cdb,
    data: 'none',
    access: Access.control,
    order: Order.free,
    whileNotReady: true,
    when: unit => unit.attributes.emulatePr,
    run(execution) {
      if (execution.unit.reservation.reserve(execution.nexus)) execution.good()
      else execution.end(Status.reservationConflict)
    },
  })

/** RELEASE of the whole unit: from a nexus that does not hold it, it does nothing, and that is no error (SPC-2 5.5). */
const release = <C extends Cdb>(cdb: C): Command<C> =>
  command({
    cdb,
    data: 'none',
    access: Access.any,
    order: Order.free,
    whileNotReady: true,
    when: unit => unit.attributes.emulatePr,
    run(execution) {
      execution.unit.reservation.release(execution.nexus)
      execution.good()
    },
  })

export const reserve6 = reserve(Reserve6)
export const reserve10 = reserve(Reserve10)
export const release6 = release(Release6)
export const release10 = release(Release10)
