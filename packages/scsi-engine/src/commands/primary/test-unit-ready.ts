import { TestUnitReady } from '@lunkit/scsi'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'

/** TEST UNIT READY: a unit that is not ready, or has an attention waiting, never gets here. */
export const testUnitReady = command({
  cdb: TestUnitReady,
  data: 'none',
  access: Access.read,
  order: Order.free,
  run: execution => execution.good(),
})
