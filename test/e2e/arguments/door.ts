import type { BlockDevice, LogicalUnit, RawConnection, Session } from '@lunkit/initiator'
import type { TargetAddress } from 'lunkit'

/** What the calls are made on. */
interface Door {
  readonly address: TargetAddress
  readonly session: Session
  readonly unit: LogicalUnit
  readonly device: BlockDevice
  readonly raw: RawConnection
}

/** It is opened before the tests run, and after their names are made. */
export const door = {} as Door

/** A block that is written once, and must be as it was at the end. */
export const BLOCK = Buffer.alloc(512, 'lunkit ')
