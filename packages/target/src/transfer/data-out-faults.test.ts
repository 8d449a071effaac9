import { DataOut, R2T, RESERVED_TAG, Reject, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { collect, sendData, TAG, writing } from '../testing/data-out-driver.ts'
import { settled, type TestClient } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const KEYS = { InitialR2T: 'No' }

describe('a command loses its data-out, and ends with', () => {
  const sense = async (client: TestClient): Promise<string> => {
    const { values, data } = await client.expect(ScsiResponse)
    expect(values.status).toBe(0x02)
    return data.kind === 'sense' ? Buffer.from(data.sense).toString('hex') : ''
  }
  // Fixed format, ABORTED COMMAND, as RFC 7143 11.4.7.2 has them.
  const UNEXPECTED_UNSOLICITED = '70000b000000000a000000000c0c00000000'
  const INCORRECT_AMOUNT = '70000b000000000a000000000c0d00000000'
  const CRC_ERROR = '70000b000000000a00000000470500000000'

  it('0C/0C when immediate data comes that was not agreed on', async () => {
    const { target, client } = await writing({ bytes: 512, immediate: 512 }, { ImmediateData: 'No' })
    expect(await sense(client)).toBe(UNEXPECTED_UNSOLICITED)
    expect(target.hand.nexus.tasks).toEqual([])
    client.command({})
    expect(target.hand.nexus.tasks).toHaveLength(1)
  })

  it('0C/0C when data is announced that was not agreed on, after it has come', async () => {
    const { client, data } = await writing({ bytes: 512, final: false }, { InitialR2T: 'Yes' })
    await settled()
    expect(client.packets).toEqual([])
    sendData(client, { data, start: 0, end: 512 })
    expect(await sense(client)).toBe(UNEXPECTED_UNSOLICITED)
  })

  it('0C/0C when more immediate data comes than the first burst may have, or the command', async () => {
    const first = await writing({ bytes: 2048, immediate: 1024 }, { FirstBurstLength: '512' })
    expect(await sense(first.client)).toBe(UNEXPECTED_UNSOLICITED)
    const client = await new TestTarget().loggedIn()
    client.command({ write: true, expectedDataTransferLength: 100 }, { data: Buffer.alloc(200) })
    expect(await sense(client)).toBe(UNEXPECTED_UNSOLICITED)
  })

  it('0C/0C when a read comes with data', async () => {
    const client = await new TestTarget().loggedIn()
    client.command({ read: true, expectedDataTransferLength: 512 }, { data: Buffer.alloc(512) })
    expect(await sense(client)).toBe(UNEXPECTED_UNSOLICITED)
  })

  it('0C/0D when the answer to an R2T ends too early', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    const collector = collect(target, 1024)
    const { targetTransferTag: tag } = (await client.expect(R2T)).values
    target.hand.onManage = (request, nexus) => {
      nexus.last.terminate()
      request.done('complete')
    }
    sendData(client, { data, start: 0, end: 512, tag })
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
    expect([collector.pieces.length, target.slab.takenBytes]).toEqual([0, 0])
    expect(target.hand.nexus.requests).toMatchObject([{ function: 1, tag: TAG, lun: 0, unasked: true }])
  })

  it('0C/0D, and is asked for no more of its data', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No', MaxBurstLength: '512' })
    collect(target, 1024)
    const { targetTransferTag: tag } = (await client.expect(R2T)).values
    target.hand.onManage = request => request.done('complete')
    sendData(client, { data, start: 0, end: 256, tag })
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
    expect(target.slab.takenBytes).toBe(0)
  })

  it('0C/0D when the unsolicited data ends too early', async () => {
    const { target, client, data } = await writing({ bytes: 2048, final: false }, KEYS)
    target.hand.onManage = request => request.done('complete')
    sendData(client, { data, start: 0, end: 512 })
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
  })

  it.each([
    ['47/05 when a DataSN is left out', { dataSN: 1 }, CRC_ERROR],
    ['47/05 when a DataSN is nonsense', { dataSN: 0xffff_ffff }, CRC_ERROR],
    ['0C/0D when the buffer offset is wrong', { bufferOffset: 512 }, INCORRECT_AMOUNT],
  ])('%s, and the rest of the sequence is drained', async (_name, wrong, expected) => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const { targetTransferTag } = (await client.expect(R2T)).values
    const values = { initiatorTaskTag: TAG, targetTransferTag }
    client.send(DataOut, { ...values, ...wrong }, { data: data.subarray(0, 512) })
    await settled()
    expect(client.packets).toEqual([])
    client.send(DataOut, { ...values, dataSN: 7, bufferOffset: 9, final: true }, { data: data.subarray(512) })
    expect(await sense(client)).toBe(expected)
  })

  it('0C/0D when the second R2T is answered before the first', async () => {
    const keys = { ImmediateData: 'No', MaxOutstandingR2T: '2', MaxBurstLength: '512' }
    const { target, client, data } = await writing({ bytes: 1024 }, keys, { parameters: { MaxOutstandingR2T: 2 } })
    collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const [first, second] = [(await client.expect(R2T)).values, (await client.expect(R2T)).values]
    sendData(client, { data, start: 512, end: 1024, tag: second.targetTransferTag })
    sendData(client, { data, start: 0, end: 512, tag: first.targetTransferTag })
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
  })

  it('0C/0C when data comes unasked where an R2T was sent', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const { targetTransferTag: tag } = (await client.expect(R2T)).values
    sendData(client, { data, start: 0, end: 512 })
    sendData(client, { data, start: 0, end: 1024, tag })
    expect(await sense(client)).toBe(UNEXPECTED_UNSOLICITED)
  })

  it('0C/0D when more comes than was asked for', async () => {
    const { target, client } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const { targetTransferTag } = (await client.expect(R2T)).values
    const values = { initiatorTaskTag: TAG, targetTransferTag, final: true }
    client.send(DataOut, values, { data: Buffer.alloc(1028) })
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
  })

  it('47/05 and a Reject when a data digest is wrong; nothing of it is handed over', async () => {
    const target = new TestTarget({ parameters: { DataDigest: ['CRC32C'], InitialR2T: false } })
    const client = await target.loggedIn({ DataDigest: 'CRC32C', ImmediateData: 'No' })
    client.command({ write: true, expectedDataTransferLength: 1024 })
    const collector = collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const { targetTransferTag } = (await client.expect(R2T)).values
    const values = { initiatorTaskTag: TAG, targetTransferTag, final: true }
    const bytes = client.bytesOf(DataOut, values, { data: Buffer.alloc(1024, 1) })
    bytes[100] = 2
    client.stream.feed(bytes)
    expect((await client.expect(Reject)).values.reason).toBe(0x02)
    expect(await sense(client)).toBe(CRC_ERROR)
    expect(collector.pieces).toEqual([])
    expect(target.counted('dataDigestErrors')).toBe(1)
  })

  it('0C/0D when the data does not come in time; what comes after that has no place', async () => {
    const { target, client, data } = await writing(
      { bytes: 1024 },
      { ImmediateData: 'No' },
      {
        access: { dataOutTimeoutMs: 8000 },
      },
    )
    collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const { targetTransferTag: tag } = (await client.expect(R2T)).values
    await target.pass(7900)
    expect(client.packets).toEqual([])
    await target.pass(2300)
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
    expect(target.counted('dataOutTimeouts')).toBe(1)
    expect(target.slab.takenBytes).toBe(0)
    sendData(client, { data, start: 0, end: 1024, tag })
    expect((await client.expect(Reject)).values.reason).toBe(0x09)
  })

  it('nothing while the initiator goes on sending it, however slowly', async () => {
    const { target, client, data } = await writing(
      { bytes: 1024 },
      { ImmediateData: 'No' },
      {
        access: { dataOutTimeoutMs: 8000 },
      },
    )
    collect(target, 1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    for (let i = 0; i < 4; i++) {
      await target.pass(6000)
      const values = { initiatorTaskTag: TAG, targetTransferTag, dataSN: i, bufferOffset: i * 256, final: i === 3 }
      client.send(DataOut, values, { data: data.subarray(i * 256, i * 256 + 256) })
    }
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values.status).toBe(0)
  })
})

describe('Data-Out that belongs to no task', () => {
  it.each([
    ['an unknown transfer tag', { targetTransferTag: 77, initiatorTaskTag: TAG }],
    ['an unknown task tag', { targetTransferTag: RESERVED_TAG, initiatorTaskTag: 99 }],
  ])('by %s is rejected', async (_name, values) => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.send(DataOut, { ...values, final: true }, { data: Buffer.alloc(100) })
    expect((await client.expect(Reject)).values.reason).toBe(0x09)
  })

  it.each([
    ['the task tag of another', { initiatorTaskTag: 99 }],
    ['the logical unit of another', { lun: 0x0001_0000_0000_0000n }],
  ])('by %s is rejected', async (_name, wrong) => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    const collector = collect(target, 1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    const values = { initiatorTaskTag: TAG, targetTransferTag, final: true }
    client.send(DataOut, { ...values, ...wrong }, { data })
    expect((await client.expect(Reject)).values.reason).toBe(0x09)
    client.send(DataOut, values, { data })
    expect(collector.bytes).toEqual(data)
    target.hand.nexus.last.finish(Status.good)
  })
})
