import { setTimeout as delay } from 'node:timers/promises'
import { connect, discover, type LogicalUnit } from '@lunkit/initiator'
import { TaskManagementFunction } from '@lunkit/scsi/transport'
import type { TargetAddress } from '../harness/target-address.ts'

/** So much that most of it has to be asked for. */
const LARGE_BYTES = 2 ** 18
const TOGETHER = 4
const PAUSE_MS = 100

/** Does to a LUN for some seconds what it is asked for now and then, so that all that is counted by its first event has some. */
export async function useEverything(address: TargetAddress, seconds: number): Promise<void> {
  const { host, port, iqn: target, lun } = address
  await discover({ host, port })
  await using session = await connect({ host, port, target, keepAlive: false })
  const unit = session.lun(lun)
  await unit.ready()
  for (const endMs = Date.now() + seconds * 1000; Date.now() < endMs; await delay(PAUSE_MS)) {
    await crowd(unit)
    await unit.read(2 ** 40, 1).catch(() => undefined)
    await session.taskManagement(TaskManagementFunction.logicalUnitReset, { lun })
    await unit.ready()
  }
}

/** Writes to the same blocks wait for one another. */
async function crowd(unit: LogicalUnit): Promise<void> {
  const data = Buffer.alloc(LARGE_BYTES, 1)
  await Promise.all(Array.from({ length: TOGETHER }, () => unit.write(0, data)))
  await unit.unmap([{ lba: 64, blocks: 8 }])
  await unit.synchronizeCache()
}
