import { connect, discover } from '@lunkit/initiator'
import { TaskManagementFunction } from '@lunkit/scsi/transport'
import type { TargetAddress } from '../harness/target-address.ts'
import { type Load, runLoad } from '../load/load-run.ts'

/** So large that most of it is asked for, and so many on so few blocks that commands wait for others. */
const CROWD: Load = { mode: 'write', bytes: 2 ** 19, depth: 8, sessions: 2, seconds: 1.5 }

/** Does once what a LUN is asked for now and then, so that all that is counted by its first event has one. */
export async function useEverything(program: string, address: TargetAddress): Promise<void> {
  const { host, port, iqn: target, lun } = address
  await discover({ host, port })
  await using session = await connect({ host, port, target, keepAlive: false })
  const unit = session.lun(lun)
  await unit.ready()
  await unit.unmap([{ lba: 64, blocks: 8 }])
  await unit.synchronizeCache()
  await unit.read(2 ** 40, 1).catch(() => undefined)
  await session.taskManagement(TaskManagementFunction.logicalUnitReset, { lun })
  await unit.testUnitReady()
  await runLoad(program, address, CROWD)
}
