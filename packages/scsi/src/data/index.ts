export type { Capacity } from './capacity.ts'
export {
  CAPACITY_EXCEEDS_10,
  decodeCapacity10,
  decodeCapacity16,
  encodeCapacity10,
  encodeCapacity16,
  ReadCapacity10Data,
  ReadCapacity16Data,
} from './capacity.ts'
export type { LbaStatus } from './lba-status.ts'
export { decodeLbaStatus, encodeLbaStatus, lbaStatusLength, ProvisioningStatus } from './lba-status.ts'
export type { LunList } from './lun-list.ts'
export { decodeLunList, encodeLunList } from './lun-list.ts'
export type { CommandTimeouts, OneCommand, SupportedCommand } from './supported-commands.ts'
export {
  CommandSupport,
  decodeAllCommands,
  decodeOneCommand,
  encodeAllCommands,
  encodeOneCommand,
} from './supported-commands.ts'
export type { SupportedFunction } from './supported-task-management.ts'
export { decodeSupportedFunctions, encodeSupportedFunctions } from './supported-task-management.ts'
export type { UnmapRange } from './unmap-list.ts'
export { decodeUnmapList, encodeUnmapList, UnmapListHeader, unmapListLength } from './unmap-list.ts'
