import { DataOut, R2T, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { expect, it } from 'vitest'
import { collect, TAG, writing } from '../testing/data-out-driver.ts'
import { settled } from '../testing/test-client.ts'
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

it('a write whose data broke a rule counts nothing of what came from then on', async () => {
  const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
  collect(target, 1024)
  let letGo = (): void => {}
  target.hand.onManage = (request, nexus) => {
    letGo = () => {
      nexus.last.terminate()
      request.done('complete')
    }
  }
  const { targetTransferTag } = (await client.expect(R2T)).values
  const values = { initiatorTaskTag: TAG, targetTransferTag }
  // The first number is 0: one PDU is missing.
  client.send(DataOut, { ...values, dataSN: 1 }, { data: data.subarray(0, 512) })
  client.send(DataOut, { ...values, dataSN: 2, bufferOffset: 512, final: true }, { data: data.subarray(512) })
  // Nothing of it is kept, though the device server has not let go of it yet.
  expect(target.slab.takenBytes).toBe(0)
  letGo()
  expect((await client.expect(ScsiResponse)).values).toMatchObject({ status: 2, underflow: true, residualCount: 1024 })
})

it('a write that fails when half of its data has come counts an underflow of the other half', async () => {
  const { target, client } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
  collect(target, 512)
  target.hand.nexus.last.dataLength(1024)
  const { targetTransferTag } = (await client.expect(R2T)).values
  const fields = { initiatorTaskTag: TAG, targetTransferTag, final: true }
  client.send(DataOut, fields, { data: Buffer.alloc(512) })
  await settled()
  target.hand.nexus.last.finish(Status.checkCondition, SENSE)
  expect((await client.expect(ScsiResponse)).values).toMatchObject({ status: 2, underflow: true, residualCount: 512 })
})
