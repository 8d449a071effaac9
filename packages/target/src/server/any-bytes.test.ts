import {
  DataOut,
  LoginRequest,
  LogoutRequest,
  NopOut,
  type Pdu,
  ScsiCommand,
  SnackRequest,
  TaskManagementRequest,
  TextRequest,
} from '@lunkit/pdu'
import type { Fields } from '@lunkit/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryDisk, read10, write10 } from '../testing/memory-disk.ts'
import { settled, type TestClient } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const KIB = 1024
const RUNS = 60

/** Small numbers meet what is there far more often than any numbers do. */
const number32 = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 2, arbitrary: fc.constantFrom(512, 1024, 4096, 0xffff_ffff, 0x10, 0x11) },
  { weight: 1, arbitrary: fc.nat(0xffff_ffff) },
)

const requests: readonly Pdu[] = [
  ScsiCommand,
  DataOut,
  NopOut,
  TaskManagementRequest,
  TextRequest,
  LogoutRequest,
  SnackRequest,
  LoginRequest,
]

const texts = ['SendTargets=All\0', 'SendTargets=\0', 'MaxRecvDataSegmentLength=512\0', 'A=b', 'X-a=Reject\0', '\0\0=']

/** What a PDU's data segment may be. */
const segment = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.nat(3000).map(lengthBytes => Buffer.alloc(lengthBytes, 0x5a)),
  fc.constantFrom(...texts).map(text => Buffer.from(text)),
)

const cdbs = fc.constantFrom(
  read10(0, 1),
  read10(3, 8),
  write10(0, 1),
  write10(2, 8),
  write10(2000, 40),
  Buffer.alloc(16),
)

/** Any request with any values in its fields. */
const request = fc.record({
  pdu: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(ScsiCommand, DataOut) },
    { weight: 2, arbitrary: fc.constantFrom(...requests) },
  ),
  numbers: fc.array(number32, { minLength: 30, maxLength: 30 }),
  data: segment,
  cdb: cdbs,
  /** Whether a command has what it takes to reach the device server. */
  plausible: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  /** A byte of the PDU that is spoilt, if it has that many. */
  spoilt: fc.oneof(
    { weight: 40, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.record({ at: fc.nat(60), value: fc.nat(255) }) },
  ),
})

type AnyRequest = typeof request extends fc.Arbitrary<infer R> ? R : never

/** The bytes of a request: fields take the numbers in turn, each as much of them as it holds. */
function bytesOf(client: TestClient, { pdu, numbers, data, cdb, plausible, spoilt }: AnyRequest): Buffer {
  const values: Record<string, unknown> = {}
  for (const [i, name] of Object.keys(pdu.fields as Fields).entries()) {
    const number = numbers[i % numbers.length] as number
    if (name === 'opcode' || name === 'dataSegmentLength' || name === 'totalAhsWords') continue
    if (name === 'cdb') values[name] = cdb
    else if (name === 'lun') values[name] = BigInt(number % 3)
    else values[name] = isFlag(pdu, name) ? number % 2 === 1 : number
  }
  if (plausible && pdu === ScsiCommand) Object.assign(values, plausibleCommand(client, cdb, numbers))
  if (plausible && pdu === DataOut) values['lun'] = 0n
  const bytes = client.bytesOf(pdu, values, data.length > 0 ? { data } : {})
  if (spoilt && spoilt.at < bytes.length) bytes[spoilt.at] = spoilt.value
  return bytes
}

const isFlag = (pdu: Pdu, name: string): boolean =>
  typeof pdu.fields[name]?.get(new DataView(new ArrayBuffer(48)), 0) === 'boolean'

const WRITE_10 = 0x2a
const LENGTHS = [512, 4096, 20_480, 0, 1000]

/** The fields that decide whether a command is taken. */
function plausibleCommand(client: TestClient, cdb: Uint8Array, numbers: readonly number[]) {
  const [final = 0, length = 0, attribute = 0] = numbers
  const write = cdb[0] === WRITE_10
  return {
    immediate: false,
    cmdSN: client.cmdSN++,
    lun: 0n,
    read: !write,
    write,
    final: !write || final % 2 === 0,
    expectedDataTransferLength: LENGTHS[length % LENGTHS.length] as number,
    attribute: attribute % 5,
  }
}

const stream = fc.record({
  requests: fc.array(request, { maxLength: 40, size: 'max' }),
  cuts: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 10 }),
  blockedFor: fc.nat(3),
  passMs: fc.constantFrom(0, 0, 0, 20_000, 60_000),
})

function targetWithDisk(): TestTarget {
  return new TestTarget({
    parameters: {
      InitialR2T: false,
      MaxOutstandingR2T: 4,
      HeaderDigest: ['CRC32C', 'None'],
      DataDigest: ['CRC32C', 'None'],
    },
    limits: { loginRequests: 16, pdusPerTurn: 16, outputBytes: 16 * KIB, outputBytesAtMost: 64 * KIB },
    router: slab => new MemoryDisk(slab, 512 * KIB).router,
  })
}

/** Feeds bytes in pieces. */
async function feed(client: TestClient, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = cuts[i % cuts.length] as number
    client.stream.feed(bytes.subarray(at, at + length))
    at += length
  }
  await settled()
}

/** What holds whatever came: nothing was thrown (or `end` complains), the target still serves others, memory is back. */
async function unharmed(target: TestTarget, client: TestClient): Promise<boolean> {
  const other = target.connect()
  const { status } = (await other.login({ isid: 0x123 })).values
  other.ping()
  await settled()
  const answers = other.packets.length
  client.stream.unblock()
  client.stream.hangUp()
  await settled()
  await target.end()
  return status === 0 && answers === 1
}

describe('any bytes', () => {
  it('at a new connection do no harm', async () => {
    const bytes = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 })
    const found = await fc.check(
      fc.asyncProperty(bytes, async pieces => {
        const target = targetWithDisk()
        const client = target.connect()
        for (const piece of pieces) client.stream.feed(piece)
        return unharmed(target, client)
      }),
      { numRuns: RUNS },
    )
    expect(fc.defaultReportMessage(found)).toBeUndefined()
  }, 60_000)

  it('after a login do no harm', async () => {
    const bytes = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 })
    const found = await fc.check(
      fc.asyncProperty(bytes, async pieces => {
        const target = targetWithDisk()
        const client = await target.loggedIn()
        for (const piece of pieces) client.stream.feed(piece)
        return unharmed(target, client)
      }),
      { numRuns: RUNS },
    )
    expect(fc.defaultReportMessage(found)).toBeUndefined()
  }, 60_000)
})

describe('any requests', () => {
  it.each([
    ['in a login', undefined],
    ['in a normal session', { InitialR2T: 'No', MaxOutstandingR2T: '4' }],
    ['in a session with digests', { HeaderDigest: 'CRC32C', DataDigest: 'CRC32C', InitialR2T: 'No' }],
    ['in a discovery session', { SessionType: 'Discovery' }],
  ])(
    '%s do no harm, however they are cut',
    async (_name, keys) => {
      const found = await fc.check(
        fc.asyncProperty(stream, async ({ requests: all, cuts, blockedFor, passMs }) => {
          const target = targetWithDisk()
          const client = target.connect()
          if (keys) await client.login({ keys })
          else client.requestLogin({ InitiatorName: 'iqn.a', TargetName: TARGET_NAME }, { transit: false })
          client.stream.received = () => {}
          client.stream.blocked = blockedFor === 1
          const bytes = Buffer.concat(all.map(each => bytesOf(client, each)))
          await feed(client, bytes, cuts)
          await target.pass(passMs)
          return unharmed(target, client)
        }),
        { numRuns: RUNS },
      )
      expect(fc.defaultReportMessage(found)).toBeUndefined()
    },
    60_000,
  )
})
