import {
  AhsType,
  AsyncMessage,
  LoginRequest,
  LogoutRequest,
  LogoutResponse,
  NopIn,
  NopOut,
  type Pdu,
  RESERVED_TAG,
  Reject,
  ScsiCommand,
  TaskManagementFunction,
  TaskManagementRequest,
  TaskManagementResponse,
  TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import type { Fields, Values } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { type PduExtras, settled, type TestClient } from '../testing/test-client.ts'
import { TestTarget, type TestTargetOptions } from '../testing/test-target.ts'

/** The tag of a command that is in progress all the time, and its number. */
const BUSY_TAG = 0x1234
const BUSY = 1
/** The number of what is rejected, and those of the commands behind it. */
const WRONG = 2
const BEHIND = [3, 4]

const text = { final: true, initiatorTaskTag: 5, targetTransferTag: RESERVED_TAG }
const nextLine = Buffer.from('A=b\0')

/** A numbered request that is rejected, and the reason (RFC 7143 11.17.1). */
interface Wrong {
  readonly what: string
  readonly reason: number
  readonly options?: TestTargetOptions
  readonly keys?: Readonly<Record<string, string>>
  /** Whether the last byte is spoilt. */
  readonly spoilt?: boolean
  readonly bytes: (client: TestClient, cmdSN: number) => Buffer
}

function wrong<F extends Fields>(
  what: string,
  pdu: Pdu<F>,
  values: Partial<Values<F>>,
  { reason, data, ahs, ...rest }: Omit<Wrong, 'what' | 'bytes'> & PduExtras,
): Wrong {
  const extras = { ...(data && { data }), ...(ahs && { ahs }) }
  return { what, reason, ...rest, bytes: (client, cmdSN) => client.bytesOf(pdu, { ...values, cmdSN }, extras) }
}

const digest = {
  options: { parameters: { DataDigest: ['CRC32C', 'None'] } },
  keys: { DataDigest: 'CRC32C' },
  reason: 0x02,
  spoilt: true,
} as const
const scarce = { options: { slabBytes: 256 * 1024, limits: { dataOutBytes: 256 * 1024 } }, reason: 0x0a }

/** Every request with a CmdSN, for every reason to reject it. */
const rejections: readonly Wrong[] = [
  wrong(
    'a SCSI Command whose tag is in use',
    ScsiCommand,
    { final: true, initiatorTaskTag: BUSY_TAG },
    { reason: 0x07 },
  ),
  wrong(
    'a SCSI Command in both directions',
    ScsiCommand,
    { final: true, read: true, write: true, expectedDataTransferLength: 512, initiatorTaskTag: 1 },
    { reason: 0x05 },
  ),
  wrong(
    'a bidirectional SCSI Command that expects data-in alone',
    ScsiCommand,
    { final: true, read: true, write: true, initiatorTaskTag: 1 },
    { reason: 0x05, ahs: [{ type: AhsType.bidirectionalReadLength, readBytes: 512 }] },
  ),
  wrong(
    'a SCSI Command with data in no direction',
    ScsiCommand,
    { final: true, expectedDataTransferLength: 512, initiatorTaskTag: 1 },
    { reason: 0x09 },
  ),
  wrong('a SCSI Command with neither F nor W', ScsiCommand, { initiatorTaskTag: 1 }, { reason: 0x09 }),
  wrong(
    'a SCSI Command with a reserved task attribute',
    ScsiCommand,
    { final: true, attribute: 7 as never, initiatorTaskTag: 1 },
    { reason: 0x09 },
  ),
  wrong(
    'a SCSI Command whose immediate data has a wrong digest',
    ScsiCommand,
    { final: true, write: true, expectedDataTransferLength: 512, initiatorTaskTag: 1 },
    { ...digest, data: Buffer.alloc(512) },
  ),
  wrong('a NOP-Out that wants no answer', NopOut, { initiatorTaskTag: RESERVED_TAG }, { reason: 0x04 }),
  wrong(
    'a NOP-Out with a wrong data digest',
    NopOut,
    { initiatorTaskTag: 3, targetTransferTag: RESERVED_TAG },
    { ...digest, data: nextLine },
  ),
  wrong(
    'a NOP-Out for whose data there is no memory',
    NopOut,
    { initiatorTaskTag: 3, targetTransferTag: RESERVED_TAG },
    { ...scarce, data: nextLine },
  ),
  wrong(
    'a Text Request with both F and C',
    TextRequest,
    { ...text, continues: true },
    { reason: 0x04, data: nextLine },
  ),
  wrong(
    'a Text Request that goes on with what never began',
    TextRequest,
    { ...text, targetTransferTag: 9 },
    { reason: 0x09, data: nextLine },
  ),
  wrong('a Text Request that is no text', TextRequest, text, { reason: 0x04, data: Buffer.from('nonsense') }),
  wrong('a Text Request that is too long', TextRequest, text, {
    reason: 0x04,
    data: Buffer.from(`A=${'b'.repeat(20_000)}\0`),
  }),
  wrong('a Text Request for targets with other keys', TextRequest, text, {
    reason: 0x04,
    data: Buffer.from('SendTargets=\0A=b\0'),
  }),
  wrong('a Text Request with a wrong data digest', TextRequest, text, { ...digest, data: nextLine }),
  wrong('a Text Request for whose data there is no memory', TextRequest, text, { ...scarce, data: nextLine }),
  wrong(
    'a Logout Request for a reserved reason',
    LogoutRequest,
    { reason: 5 as never, initiatorTaskTag: 3 },
    { reason: 0x09 },
  ),
  wrong('a Login Request after the login', LoginRequest, { initiatorTaskTag: 3 }, { reason: 0x04 }),
]

/** A session with a command in progress, and what is rejected in it. */
async function session({ options = {}, keys = {}, bytes, spoilt = false }: Wrong) {
  const target = new TestTarget(options)
  const client = await target.loggedIn({ ...keys })
  const command = (cmdSN: number, initiatorTaskTag = cmdSN) =>
    client.send(ScsiCommand, { final: true, attribute: 1, initiatorTaskTag, cmdSN })
  command(BUSY, BUSY_TAG)
  const memory = options.slabBytes ? target.slab.take(options.slabBytes) : undefined
  const sendWrong = () => {
    const wrongBytes = bytes(client, WRONG)
    if (spoilt) wrongBytes[wrongBytes.length - 1] = (wrongBytes.at(-1) as number) ^ 1
    client.stream.feed(wrongBytes)
    memory?.release()
  }
  const delivered = () => target.hand.nexus.tasks.slice(1).map(({ tag }) => tag)
  return { client, command, sendWrong, delivered }
}

describe.each(rejections)('$what', wanted => {
  it('is rejected, and its number is expected again: the same number is taken, and those behind it follow', async () => {
    const { client, command, sendWrong, delivered } = await session(wanted)
    sendWrong()
    expect((await client.expect(Reject)).values).toMatchObject({ reason: wanted.reason, expCmdSN: WRONG })
    for (const cmdSN of BEHIND) command(cmdSN)
    expect(delivered()).toEqual([])
    command(WRONG)
    expect(delivered()).toEqual([WRONG, ...BEHIND])
    client.ping()
    expect((await client.expect(NopIn)).values).toMatchObject({ expCmdSN: 5 })
  })

  it('is rejected while later ones wait, which a ping with its number lets by', async () => {
    const { client, command, sendWrong, delivered } = await session(wanted)
    for (const cmdSN of BEHIND) command(cmdSN)
    sendWrong()
    expect((await client.expect(Reject)).values).toMatchObject({ reason: wanted.reason, expCmdSN: WRONG })
    expect(delivered()).toEqual([])
    client.ping({ immediate: false, cmdSN: WRONG })
    expect((await client.expect(NopIn)).values.initiatorTaskTag).toBe(0xabcd)
    expect(delivered()).toEqual(BEHIND)
  })

  it('may be given up: an ABORT TASK of its number has those behind it follow, RFC 7143 7.11', async () => {
    const { client, command, sendWrong, delivered } = await session(wanted)
    sendWrong()
    await client.expect(Reject)
    for (const cmdSN of BEHIND) command(cmdSN)
    client.send(TaskManagementRequest, {
      immediate: true,
      function: TaskManagementFunction.abortTask,
      initiatorTaskTag: 0x7000,
      referencedTaskTag: 0x99,
      refCmdSN: WRONG,
      cmdSN: 5,
    })
    expect((await client.expect(TaskManagementResponse)).values).toMatchObject({ response: 0, expCmdSN: 5 })
    expect(delivered()).toEqual(BEHIND)
  })
})

/** What is looked at in its turn, and not when it comes. */
const lookedAtLater = rejections.filter(
  ({ what, reason }) => /NOP-Out|Text|Logout/.test(what) && (reason === 0x04 || reason === 0x09),
)

describe.each(lookedAtLater)('$what that came too early', wanted => {
  it('is rejected in its turn, and its number is expected again', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const command = (cmdSN: number) => client.send(ScsiCommand, { final: true, initiatorTaskTag: cmdSN, cmdSN })
    client.stream.feed(wanted.bytes(client, 2))
    command(3)
    await settled()
    expect(client.packets).toEqual([])
    command(1)
    expect((await client.expect(Reject)).values).toMatchObject({ reason: wanted.reason, expCmdSN: 2 })
    expect(target.hand.nexus.tasks.map(({ tag }) => tag)).toEqual([1])
    command(2)
    expect(target.hand.nexus.tasks.map(({ tag }) => tag)).toEqual([1, 2, 3])
  })
})

describe('a request outside the command window', () => {
  it.each([0, 2, 500])('is ignored whatever is wrong with it (%i), RFC 7143 4.2.2.1', async cmdSN => {
    const target = new TestTarget(digest.options)
    const client = await target.loggedIn(digest.keys)
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 2, cmdSN: 2 })
    const ping = client.bytesOf(NopOut, { initiatorTaskTag: 3, cmdSN }, { data: nextLine })
    ping[ping.length - 1] = (ping.at(-1) as number) ^ 1
    client.stream.feed(ping)
    await settled()
    expect([client.packets, target.counted('pdusIgnored')]).toEqual([[], 1])
  })

  it.each([0, 2, 500])('keeps no memory for what it brought (%i)', async cmdSN => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 2, cmdSN: 2 })
    client.send(NopOut, { initiatorTaskTag: 3, targetTransferTag: RESERVED_TAG, cmdSN }, { data: nextLine })
    await settled()
    expect([client.packets, target.counted('pdusIgnored'), target.slab.takenBytes]).toEqual([[], 1, 0])
  })
})

describe('a request that waits for those before it', () => {
  it('keeps its data until then, and gives it back where its connection ends first', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const ping = { initiatorTaskTag: 3, targetTransferTag: RESERVED_TAG, cmdSN: 2 }
    client.send(NopOut, ping, { data: nextLine })
    expect([client.packets, target.slab.takenBytes]).toEqual([[], 4096])
    client.stream.hangUp()
    await settled()
    expect(target.slab.takenBytes).toBe(0)
  })
})

describe('a command of a discovery session', () => {
  it('is rejected, and its number is expected again', async () => {
    const target = new TestTarget()
    const client = target.connect()
    await client.login({ keys: { SessionType: 'Discovery' } })
    client.command({})
    expect((await client.expect(Reject)).values).toMatchObject({ reason: 0x04, expCmdSN: 1 })
    client.send(TextRequest, { ...text, cmdSN: 1 }, { data: Buffer.from('SendTargets=All\0') })
    expect((await client.expect(TextResponse)).values).toMatchObject({ expCmdSN: 2 })
  })
})

describe('a command that came after a logout was asked for', () => {
  it('is rejected, and its number is expected again, so that the logout can have it', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const drained = target.server.drain(10_000)
    await client.expect(AsyncMessage)
    client.command({})
    expect((await client.expect(Reject)).values).toMatchObject({ reason: 0x0c, expCmdSN: 1 })
    client.logout({ immediate: false, cmdSN: 1 })
    expect((await client.expect(LogoutResponse)).values).toMatchObject({ response: 0, expCmdSN: 2 })
    client.stream.hangUp()
    await drained
  })
})
