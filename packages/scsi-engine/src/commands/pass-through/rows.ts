import {
  encodeSense,
  ModeHeader6,
  ModeHeader10,
  ModeSense6,
  ModeSense10,
  PeripheralDeviceType,
  RequestSense,
} from '@lunkit/scsi'
import { dataView } from '@lunkit/wire'
import { Operation } from '../../statistics/operation.ts'
import { Order } from '../../task/ordering.ts'
import { Access, Attention, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import type { Execution } from '../execution.ts'
import { reportLuns } from '../primary/report-luns.ts'
import { requestSense } from '../primary/request-sense.ts'
import { reservationRows } from '../primary/reservation.ts'
import { anyCdb } from './any-cdb.ts'
import { deviceInquiry } from './inquiry.ts'
import { type DataEdit, deviceOf, passThrough } from './pass-through.ts'

const row = { data: 'none', access: Access.read, order: Order.free } as const

/** A command that goes to the device as it is. */
const untouched = (name: string, opcode: number, operation: Operation): AnyCommand =>
  command({ ...row, cdb: anyCdb(name, opcode), operation, run: execution => passThrough(execution) })

/** Every command that has no row of its own. */
export const anyOther: AnyCommand = untouched('any other command', 0x00, Operation.other)

/** Commands of every type that moves data, which are counted apart. */
const moving: readonly AnyCommand[] = [
  untouched('READ (6)', 0x08, Operation.read),
  untouched('READ (10)', 0x28, Operation.read),
  untouched('READ (12)', 0xa8, Operation.read),
  untouched('READ (16)', 0x88, Operation.read),
  untouched('WRITE (6)', 0x0a, Operation.write),
  untouched('WRITE (10)', 0x2a, Operation.write),
  untouched('WRITE (12)', 0xaa, Operation.write),
  untouched('WRITE (16)', 0x8a, Operation.write),
  untouched('SYNCHRONIZE CACHE (10)', 0x35, Operation.flush),
]

/** WP, where the type has it: a CD's header has no such bit. */
const protecting =
  ({ writeProtected }: typeof ModeHeader6.fields | typeof ModeHeader10.fields): DataEdit =>
  (data, execution) => {
    const isCd = deviceOf(execution).deviceType === PeripheralDeviceType.cdDvd
    if (!execution.writeProtected || isCd || data.length <= writeProtected.byte) return
    writeProtected.set(dataView(data), 0, true)
  }

const modeSense = ({ name, opcode }: typeof ModeSense6 | typeof ModeSense10, edit: DataEdit): AnyCommand =>
  command({ ...row, cdb: anyCdb(name, opcode), run: execution => passThrough(execution, edit) })

/** REQUEST SENSE: what waits here for the nexus, else what the device says. */
const deviceRequestSense = command({
  cdb: RequestSense,
  data: 'none',
  access: Access.any,
  order: Order.free,
  attention: Attention.returns,
  whileNotReady: true,
  run(execution, cdb) {
    const { unit, nexus } = execution
    if (unit.readiness.condition) return requestSense.run(execution, cdb)
    const pending = unit.takeAttention(nexus)
    if (!pending) return passThrough(execution)
    return execution.reply(encodeSense(pending, cdb.descriptorFormat), cdb.allocationLength)
  },
})

const hasAlways = (): boolean => true

/** RESERVE and RELEASE: between initiators, of whom the device sees one; without `emulatePr` they are the device's. */
const reservations: readonly AnyCommand[] = reservationRows.map(own => ({
  ...own,
  when: hasAlways,
  run: (execution: Execution, cdb: never) =>
    execution.unit.attributes.emulatePr ? own.run(execution, cdb) : passThrough(execution),
}))

/** What is not the device's affair alone; everything else is `anyOther`. */
export const passThroughRows: readonly AnyCommand[] = [
  deviceInquiry,
  deviceRequestSense,
  reportLuns,
  modeSense(ModeSense6, protecting(ModeHeader6.fields)),
  modeSense(ModeSense10, protecting(ModeHeader10.fields)),
  ...reservations,
  ...moving,
]
