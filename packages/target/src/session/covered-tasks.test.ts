import { DataOut, R2T, ScsiResponse, TaskManagementResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { manage } from '../testing/management-driver.ts'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

/** A write that has failed, and whose answer waits for the data that was asked for; `pay` sends that. */
async function failed(values: object = {}) {
  const target = new TestTarget()
  target.hand.onManage = request => request.done('complete')
  const client = await target.loggedIn()
  const tag = client.command({ write: true, expectedDataTransferLength: 1024, ...values })
  target.hand.nexus.last.expectData(1024)
  const { targetTransferTag } = (await client.expect(R2T)).values
  target.hand.nexus.last.finish(Status.checkCondition, Buffer.alloc(18))
  /** What comes once the data is in: the answers to commands, and to functions. */
  const pay = async (): Promise<readonly string[]> => {
    client.send(DataOut, { initiatorTaskTag: tag, targetTransferTag, final: true }, { data: Buffer.alloc(1024) })
    await settled()
    return client.packets.map(({ pdu }) => pdu.name)
  }
  return { client, tag, pay }
}

const COMMAND = ScsiResponse.name
const FUNCTION = TaskManagementResponse.name

describe('the answer to a command that waits for data, RFC 7143 11.5.1', () => {
  it.each(['abortTaskSet', 'clearTaskSet', 'logicalUnitReset', 'targetWarmReset'] as const)(
    'is taken back by %s, which is answered when the data is in',
    async name => {
      const { client, pay } = await failed()
      manage(client, name)
      await settled()
      expect(client.packets).toEqual([])
      expect(await pay()).toEqual([FUNCTION])
    },
  )

  it.each(['clearAca', 'queryTaskSet', 'queryAsynchronousEvent'] as const)(
    'is left by %s, which ends nothing and waits for nothing',
    async name => {
      const { client, pay } = await failed()
      manage(client, name)
      await settled()
      expect(client.packets.map(({ pdu }) => pdu.name)).toEqual([FUNCTION])
      expect(await pay()).toEqual([FUNCTION, COMMAND])
    },
  )

  it('is left by QUERY TASK, which finds it: 7', async () => {
    const { client, tag, pay } = await failed()
    manage(client, 'queryTask', { referencedTaskTag: tag, refCmdSN: 1 })
    expect((await client.expect(TaskManagementResponse)).values.response).toBe(7)
    expect(await pay()).toEqual([COMMAND])
  })

  it('is left by a function for another unit, and taken back by one for the target', async () => {
    const other = await failed()
    manage(other.client, 'logicalUnitReset', { lun: 1n << 48n })
    expect(await other.pay()).toEqual([FUNCTION, COMMAND])
    const whole = await failed()
    manage(whole.client, 'targetWarmReset', { lun: 1n << 48n })
    expect(await whole.pay()).toEqual([FUNCTION])
  })

  it('is left by a function that came before the command, by its number, unless that is immediate', async () => {
    const later = await failed()
    manage(later.client, 'logicalUnitReset', { cmdSN: 1 })
    expect(await later.pay()).toEqual([FUNCTION, COMMAND])
    const immediate = await failed({ immediate: true })
    manage(immediate.client, 'logicalUnitReset', { cmdSN: 1 })
    expect(await immediate.pay()).toEqual([FUNCTION])
  })
})

describe('QUERY TASK', () => {
  it('of a command that waits for its turn finds it, and leaves it to be carried out', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.cmdSN = 2
    const tag = client.command({})
    manage(client, 'queryTask', { referencedTaskTag: tag, refCmdSN: 2 })
    expect((await client.expect(TaskManagementResponse)).values.response).toBe(7)
    expect(target.hand.nexuses[0]?.tasks).toEqual([])
    client.cmdSN = 1
    client.command({})
    expect(target.hand.nexus.tasks.map(task => task.tag)).toEqual([tag + 1, tag])
  })
})
