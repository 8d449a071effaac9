import type { CommandSet } from '../commands/command-set.ts'
import type { DeviceType } from '../commands/device-type.ts'

/** A type of device as a task set knows it: with what runs its commands. */
export interface ServedType extends DeviceType {
  readonly commands: CommandSet
}
