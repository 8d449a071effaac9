import { AhsType, DataIn, NopIn, Reject, ScsiCommand, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { PieceCollector } from '../testing/hand-router.ts'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const LUN_5 = 0x0005_0000_0000_0000n
const INQUIRY = Buffer.from('120000002400', 'hex')

describe('a SCSI command', () => {
  it('reaches the device server as it was sent', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ read: true, attribute: 3, lun: LUN_5, expectedDataTransferLength: 36, cdb: INQUIRY })
    const task = target.hand.nexus.last
    expect(task).toMatchObject({ tag: 0x10, lun: 5, attribute: 3, readBytes: 36, writeBytes: 0, execution: undefined })
    expect(Buffer.from(task.cdb).toString('hex')).toBe('12000000240000000000000000000000')
  })

  it('with an extended CDB reaches the device server whole', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const cdb = Buffer.from('7f000000000000180000000000000000', 'hex')
    const rest = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex')
    client.command({ cdb }, { ahs: [{ type: AhsType.extendedCdb, cdb: rest }] })
    expect(Buffer.from(target.hand.nexus.last.cdb)).toEqual(Buffer.concat([cdb, rest]))
  })

  it('with an extended CDB that waits for the one before it reaches the device server whole', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const cdb = Buffer.from('7f000000000000180000000000000000', 'hex')
    const rest = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex')
    client.command({ cdb, cmdSN: 2 }, { ahs: [{ type: AhsType.extendedCdb, cdb: rest }] })
    client.command({ cmdSN: 1 })
    expect(Buffer.from(target.hand.nexus.last.cdb)).toEqual(Buffer.concat([cdb, rest]))
  })

  it('without data may name both directions, which mean nothing then', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ read: true, write: true })
    expect(target.hand.nexus.tasks).toHaveLength(1)
  })

  it('without data is answered with a status', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const tag = client.command({})
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({
      initiatorTaskTag: tag,
      response: 0,
      status: 0,
      statSN: 1,
      expCmdSN: 2,
      maxCmdSN: 65,
      overflow: false,
      underflow: false,
      residualCount: 0,
    })
  })

  it('that ends with CHECK CONDITION carries its sense data behind its length', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ read: true, expectedDataTransferLength: 512 })
    target.hand.nexus.last.finish(Status.checkCondition, Buffer.from('70000500000000060000000024000000', 'hex'))
    const { values, data } = await client.expect(ScsiResponse)
    expect(values).toMatchObject({ status: 2, underflow: true, residualCount: 512, dataSegmentLength: 18 })
    expect(data.kind === 'sense' && Buffer.from(data.sense).toString('hex')).toBe('70000500000000060000000024000000')
  })

  it('ends in one write with the others of its turn', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const writes = client.stream.writes
    for (let i = 0; i < 5; i++) client.command({})
    for (const task of target.hand.nexus.tasks) task.finish(Status.good)
    await settled()
    expect([client.packets.length, client.stream.writes - writes]).toEqual([5, 1])
  })

  it('that comes in one chunk with others is answered in one write, in order', async () => {
    const target = new TestTarget()
    target.hand.onTask = task => task.finish(Status.good)
    const client = await target.loggedIn()
    const writes = client.stream.writes
    const commands = [1, 2, 3].map(cmdSN =>
      client.bytesOf(ScsiCommand, { final: true, cmdSN, initiatorTaskTag: cmdSN }),
    )
    client.stream.feed(Buffer.concat(commands))
    expect(client.packets.map(({ values }) => values['initiatorTaskTag'])).toEqual([1, 2, 3])
    expect(client.stream.writes - writes).toBe(1)
  })
})

describe('the command window', () => {
  it('lets a command outside it pass without a word', async () => {
    const target = new TestTarget({ access: { commandDepth: 4 } })
    const client = await target.loggedIn()
    for (const cmdSN of [0, 5, 0x8000_0000])
      client.send(ScsiCommand, { final: true, initiatorTaskTag: 1, cmdSN }, { data: Buffer.alloc(64) })
    await settled()
    expect([client.packets.length, target.hand.nexus.tasks.length]).toEqual([0, 0])
    expect(target.counted('pdusIgnored')).toBe(3)
    client.command({})
    expect(target.hand.nexus.tasks).toHaveLength(1)
  })

  it('has commands that came too early wait for their turn', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    for (const cmdSN of [3, 2, 5]) client.send(ScsiCommand, { final: true, initiatorTaskTag: cmdSN, cmdSN })
    expect(target.hand.nexus.tasks).toEqual([])
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 1, cmdSN: 1 })
    expect(target.hand.nexus.tasks.map(({ tag }) => tag)).toEqual([1, 2, 3])
  })

  it('orders pings among commands', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.ping({ immediate: false, cmdSN: 2 })
    await settled()
    expect(client.packets).toEqual([])
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 1, cmdSN: 1 })
    expect((await client.expect(NopIn)).values).toMatchObject({ expCmdSN: 3 })
  })

  it('lets immediate commands by, whatever their number', async () => {
    const target = new TestTarget({ access: { commandDepth: 1 } })
    const client = await target.loggedIn()
    client.command({})
    client.command({ immediate: true })
    expect(target.hand.nexus.tasks).toHaveLength(2)
  })

  it('takes no more immediate commands than its limit', async () => {
    const target = new TestTarget({ limits: { immediateCommands: 1 } })
    const client = await target.loggedIn()
    client.command({ immediate: true })
    client.command({ immediate: true })
    expect((await client.expect(Reject)).values.reason).toBe(0x06)
    target.hand.nexus.last.finish(Status.good)
    await client.expect(ScsiResponse)
    client.command({ immediate: true })
    expect(target.hand.nexus.tasks).toHaveLength(2)
  })

  it('is as wide as the access of the initiator says', async () => {
    const target = new TestTarget({ access: { commandDepth: 3 } })
    const client = await target.loggedIn()
    for (let i = 0; i < 4; i++) client.command({})
    expect(target.hand.nexus.tasks).toHaveLength(3)
  })
})

describe('the width of the command window', () => {
  const options = {
    access: { commandDepth: 64 },
    limits: { dataOutBytes: 256 * 1024 },
    parameters: { InitialR2T: true },
  }
  const window = async (keys: Record<string, string>): Promise<number> => {
    const { values } = await new TestTarget(options).connect().login({ keys })
    return values.maxCmdSN - values.expCmdSN + 1
  }

  it('is paid for: what commands may bring unasked fits the limit of the session', async () => {
    expect(await window({ FirstBurstLength: '65536' })).toBe(4)
    expect(await window({ FirstBurstLength: '16384' })).toBe(16)
  })

  it('costs nothing where nothing may come unasked', async () => {
    expect(await window({ ImmediateData: 'No' })).toBe(64)
  })
})

describe('a SCSI command is rejected', () => {
  it.each([
    ['with neither W nor F', { final: false }, 0x09],
    ['with a reserved task attribute', { attribute: 5 as never }, 0x09],
    ['that reads and writes', { read: true, write: true, expectedDataTransferLength: 512 }, 0x05],
    ['that reads and writes one byte', { read: true, write: true, expectedDataTransferLength: 1 }, 0x05],
  ])('%s', async (_name, values, reason) => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command(values, { data: Buffer.alloc(100) })
    const { values: reject, data } = await client.expect(Reject)
    expect([reject.reason, reject.initiatorTaskTag]).toEqual([reason, 0xffff_ffff])
    expect(data).toMatchObject({ kind: 'header', header: { values: { initiatorTaskTag: 0x10, cmdSN: 1 } } })
    // RFC 7143 7.3: its number does not count as received.
    expect(reject.expCmdSN).toBe(1)
  })

  it('whose additional header segments contradict themselves', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const bytes = client.bytesOf(ScsiCommand, { final: true, cmdSN: 1 }, { ahs: [{ type: 1, cdb: Buffer.alloc(8) }] })
    bytes[49] = 200
    client.stream.feed(bytes)
    expect((await client.expect(Reject)).values.reason).toBe(0x09)
  })

  it('whose tag belongs to a task in progress', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ initiatorTaskTag: 9 })
    client.command({ initiatorTaskTag: 9 })
    expect((await client.expect(Reject)).values.reason).toBe(0x07)
    target.hand.nexus.last.finish(Status.good)
    await client.expect(ScsiResponse)
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 9, cmdSN: 2 })
    expect(target.hand.nexus.tasks).toHaveLength(2)
  })

  it('with an opcode that no initiator has', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const bytes = client.bytesOf(ScsiCommand, { final: true, cmdSN: 1 })
    bytes[0] = 0x1c
    client.stream.feed(bytes)
    expect((await client.expect(Reject)).values.reason).toBe(0x05)
  })

  it('that is a Login Request in a session is a protocol error: 0x04', async () => {
    const client = await new TestTarget().loggedIn()
    client.requestLogin({})
    expect((await client.expect(Reject)).values.reason).toBe(0x04)
  })
})

describe('residual counts, RFC 7143 11.4.5', () => {
  it.each([
    ['the command is as long as expected', 512, 512, { overflow: false, underflow: false, residualCount: 0 }],
    ['the command is shorter than expected', 512, 10_000, { overflow: false, underflow: true, residualCount: 9488 }],
    ['the command is longer than expected', 1024, 512, { overflow: true, underflow: false, residualCount: 512 }],
  ])('of a read where %s', async (_name, lengthBytes, expected, residual) => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ read: true, expectedDataTransferLength: expected })
    const task = target.hand.nexus.last
    task.dataLength(lengthBytes)
    task.send(Buffer.alloc(lengthBytes, 0x5a))
    task.finish(Status.good)
    expect((await client.expect(DataIn)).values).toMatchObject({
      ...residual,
      hasStatus: true,
      dataSegmentLength: Math.min(lengthBytes, expected),
    })
  })

  it('of a read that expects nothing are an overflow', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ read: true })
    target.hand.nexus.last.dataLength(512)
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ overflow: true, residualCount: 512 })
  })

  it.each([
    ['longer', 512, 1024, { overflow: false, underflow: true, residualCount: 512 }],
    ['shorter', 1024, 512, { overflow: true, underflow: false, residualCount: 512 }],
  ])('of a write whose initiator sends %s data than the command wants', async (_name, wanted, sent, residual) => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ write: true, expectedDataTransferLength: sent }, { data: Buffer.alloc(sent, 7) })
    const task = target.hand.nexus.last
    const collector = new PieceCollector()
    task.dataLength(wanted)
    task.expectData(Math.min(wanted, sent))
    task.receive(collector)
    expect(collector.bytes.length).toBe(512)
    task.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject(residual)
  })

  it('of a read that fails half way count what was sent', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ read: true, expectedDataTransferLength: 1024 })
    const task = target.hand.nexus.last
    task.dataLength(1024)
    task.send(Buffer.alloc(512))
    task.finish(Status.checkCondition, Buffer.alloc(18))
    await client.expect(DataIn)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({
      status: 2,
      underflow: true,
      residualCount: 512,
      expDataSN: 1,
    })
  })
})
