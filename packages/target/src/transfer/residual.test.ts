import { ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { expect, it } from 'vitest'
import { TestTarget } from '../testing/test-target.ts'

const SENSE = Buffer.from('720500000000000e03000000', 'hex')

it.each([
  ['of which nothing has come', undefined],
  ['whose data came with it', Buffer.alloc(200)],
])('a write that is longer than expected and fails, %s, counts an overflow', async (_name, data) => {
  const target = new TestTarget()
  const client = await target.loggedIn()
  client.command({ write: true, expectedDataTransferLength: 200 }, data === undefined ? {} : { data })
  target.hand.nexus.last.dataLength(512)
  target.hand.nexus.last.finish(Status.checkCondition, SENSE)
  expect((await client.expect(ScsiResponse)).values).toMatchObject({
    status: 2,
    overflow: true,
    underflow: false,
    residualCount: 312,
  })
})

it('a write that is as long as expected and fails before anything has come counts an underflow of all of it', async () => {
  const target = new TestTarget()
  const client = await target.loggedIn()
  client.command({ write: true, expectedDataTransferLength: 512 })
  target.hand.nexus.last.dataLength(512)
  target.hand.nexus.last.finish(Status.checkCondition, SENSE)
  expect((await client.expect(ScsiResponse)).values).toMatchObject({
    overflow: false,
    residualCount: 512,
    underflow: true,
  })
})
