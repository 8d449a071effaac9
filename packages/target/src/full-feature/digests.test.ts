import { NopOut, Reject, ScsiCommand } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

describe('digests', () => {
  const parameters = { HeaderDigest: ['CRC32C', 'None'], DataDigest: ['CRC32C', 'None'] } as const
  const keys = { HeaderDigest: 'CRC32C,None', DataDigest: 'CRC32C,None' }

  it('are in every PDU after the login', async () => {
    const target = new TestTarget({ parameters })
    target.hand.onTask = task => {
      task.dataLength(32)
      task.send(Buffer.alloc(32))
      task.finish(Status.good)
    }
    const client = await target.loggedIn(keys)
    const wire: Buffer[] = []
    client.stream.received = bytes => wire.push(bytes)
    client.command({ read: true, expectedDataTransferLength: 32 })
    await settled()
    // Header, its digest, the data and its digest: that of 32 zero bytes is in RFC 7143 A.4.
    const bytes = Buffer.concat(wire)
    expect(bytes.length).toBe(48 + 4 + 32 + 4)
    expect(bytes.subarray(84).toString('hex')).toBe('aa36918a')
  })

  it('that are wrong in a header end the connection', async () => {
    const target = new TestTarget({ parameters })
    const client = await target.loggedIn(keys)
    const bytes = client.bytesOf(ScsiCommand, { final: true, cmdSN: 1 })
    bytes[20] = 1
    client.stream.feed(bytes)
    await settled()
    expect(client.stream.closed).toBe(true)
    expect(target.counted('headerDigestErrors')).toBe(1)
    expect(target.events.findLast(({ kind }) => kind === 'connectionEnded')).toMatchObject({ why: 'formatError' })
  })

  it('that are wrong in immediate data have the command rejected and never run', async () => {
    const target = new TestTarget({ parameters })
    const client = await target.loggedIn(keys)
    const values = { write: true, final: true, expectedDataTransferLength: 8, initiatorTaskTag: 3, cmdSN: 1 }
    const right = client.bytesOf(ScsiCommand, values, { data: Buffer.alloc(8) })
    const wrong = Buffer.from(right)
    wrong[54] = 1
    client.stream.feed(wrong)
    expect((await client.expect(Reject)).values).toMatchObject({ reason: 0x02, expCmdSN: 1 })
    expect([target.hand.nexus.tasks.length, target.slab.takenBytes]).toEqual([0, 0])
    // Sent once more, it is taken: its number was not used up.
    client.stream.feed(right)
    expect(target.hand.nexus.tasks).toHaveLength(1)
  })

  it('that are wrong in a ping have it rejected', async () => {
    const client = await new TestTarget({ parameters }).loggedIn(keys)
    const bytes = client.bytesOf(NopOut, { immediate: true, initiatorTaskTag: 1 }, { data: Buffer.alloc(8) })
    bytes[55] = 9
    client.stream.feed(bytes)
    expect((await client.expect(Reject)).values.reason).toBe(0x02)
  })
})

describe('a data segment longer than was declared', () => {
  it('ends the connection, because nothing after it can be trusted', async () => {
    const target = new TestTarget({ parameters: { MaxRecvDataSegmentLength: 1024 } })
    const client = await target.loggedIn()
    client.ping({}, Buffer.alloc(1028))
    await settled()
    expect(client.stream.closed).toBe(true)
    expect(target.counted('formatErrors')).toBe(1)
  })
})
