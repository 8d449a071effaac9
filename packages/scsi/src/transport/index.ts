/**
 * @lunkit/scsi/transport: all that a SCSI transport knows of SCSI: tasks, logical unit numbers, status, and the two
 * interfaces between a transport and a device server.
 */
import '../node-version.ts'

export { decodeLun, encodeLun, LUN, MAX_LUNS, SERVED_LUNS, SpecialLun } from './lun.ts'
export type { Nexus, NexusListener, NexusName, TaskManagementRequest, TaskRouter } from './router.ts'
export { NexusEnd, TaskManagementFunction, TaskManagementResponse } from './router.ts'
export { Status, statusName } from './status.ts'
export type { Piece, PieceReceiver, RoomReceiver, Task } from './task.ts'
export { PIECE_BYTES, TaskAttribute } from './task.ts'
