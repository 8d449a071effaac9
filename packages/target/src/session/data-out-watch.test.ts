import { DataOut, R2T, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { collect, pattern, sendData, TAG, writing } from '../testing/data-out-driver.ts'
import { settled, type TestClient } from '../testing/test-client.ts'

const KEYS = { InitialR2T: 'Yes', ImmediateData: 'No' }
const access = { dataOutTimeoutMs: 4000 }

/** The tag of the R2T that has come. */
const askedBy = async (client: TestClient): Promise<number> => (await client.expect(R2T)).values.targetTransferTag

describe('data-out that does not come', () => {
  it('is given up when its time is over, and not before', async () => {
    const { target, client } = await writing({ bytes: 1024 }, KEYS, { access })
    collect(target, 1024)
    await askedBy(client)
    await target.pass(3900)
    expect(target.counted('dataOutTimeouts')).toBe(0)
    await target.pass(100)
    expect(target.counted('dataOutTimeouts')).toBe(1)
  })

  it('is given up also where nothing was owed for a long time before', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, KEYS, { access })
    collect(target, 1024)
    sendData(client, { data, start: 0, end: 1024, tag: await askedBy(client) })
    target.hand.nexus.last.finish(Status.good)
    await client.expect(ScsiResponse)
    await target.pass(10_000)
    client.command({ write: true, expectedDataTransferLength: 1024 })
    collect(target, 1024)
    await askedBy(client)
    await target.pass(4100)
    expect(target.counted('dataOutTimeouts')).toBe(1)
  })
})

describe('data-out that is on its way', () => {
  it('comes whole where another command ends in the middle of it', async () => {
    const { target, client } = await writing({ bytes: 1024 }, KEYS)
    const collector = collect(target, 1024)
    const targetTransferTag = await askedBy(client)
    client.command({})
    const other = target.hand.nexus.last
    const data = pattern(1024)
    const values = { initiatorTaskTag: TAG, targetTransferTag, final: true }
    const bytes = client.bytesOf(DataOut, values, { data })
    client.stream.feed(bytes.subarray(0, 500))
    other.finish(Status.good)
    await client.expect(ScsiResponse)
    client.stream.feed(bytes.subarray(500))
    await settled()
    expect(collector.bytes.equals(data)).toBe(true)
  })

  it('is forgotten with its connection', async () => {
    const { target, client } = await writing({ bytes: 1024 }, KEYS)
    collect(target, 1024)
    const targetTransferTag = await askedBy(client)
    const bytes = client.bytesOf(DataOut, { initiatorTaskTag: TAG, targetTransferTag }, { data: pattern(1024) })
    client.stream.feed(bytes.subarray(0, 500))
    client.stream.hangUp()
    await settled()
    expect([client.stream.closed, target.hand.nexus.closedBy]).toEqual([true, 'lost'])
  })
})
