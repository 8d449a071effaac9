import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AttentionNotice,
  ConnectionError,
  connect,
  createTarget,
  DiskServer,
  discover,
  fileio,
  LoginError,
  ramdisk,
  ScsiError,
  SenseKey,
  Status,
  type Storage,
  TimeoutError,
} from 'lunkit'
import { afterEach, describe, expect, it } from 'vitest'

const MIB = 1024 * 1024
const BLOCK = Buffer.alloc(512, 'lunkit ')
const disk = () => ramdisk({ sizeBytes: MIB })

describe('createTarget', () => {
  const NAME = 'right is an iSCSI name of letters, digits, "-", "." and ":"'
  it.each<[what: string, options: object, message: string]>([
    ['no options', undefined as never, 'createTarget is undefined; right is an object'],
    ['no LUNs', { luns: [] }, 'luns is an array of 0; right is an array, of 1 to 16384 disks'],
    ['what is no disk', { luns: [{}] }, 'luns is an array of 1; right is an array, of 1 to 16384 disks'],
    ['a name with a space', { luns: [disk()], name: 'hello world' }, NAME],
    ['a name without a form', { luns: [disk()], name: 'disk' }, NAME],
    ['a name with an underscore', { luns: [disk()], name: 'iqn.2026-11.com.example:my_disk' }, NAME],
    ['a month that there is not', { luns: [disk()], name: 'iqn.2026-13.com.example:disk' }, NAME],
    ['an eui name that is too short', { luns: [disk()], name: 'eui.02004567' }, NAME],
    ['a name that is too long', { luns: [disk()], name: `iqn.2026-11.com.example:${'x'.repeat(200)}` }, NAME],
    ['a port that there is not', { luns: [disk()], portal: { host: '127.0.0.1', port: 65_536 } }, 'port is 65536'],
    ['a portal without a port', { luns: [disk()], portal: { host: '127.0.0.1' } }, 'port is undefined'],
    ['an initiator without a form', { luns: [disk()], initiators: ['me'] }, 'initiators is an array of 1; right is'],
    ['an option that there is not', { luns: [disk()], initiator: [] }, 'createTarget has no option "initiator"'],
    ['a key that there is not', { luns: [disk()], parameters: { HeaderDigests: ['None'] } }, 'the key "HeaderDigests"'],
    [
      'a value out of range',
      { luns: [disk()], parameters: { MaxBurstLength: 1 } },
      'MaxBurstLength is 1; right is 512',
    ],
    ['a limit that there is not', { luns: [disk()], limits: { connection: 1 } }, 'limits has no option "connection"'],
    ['a limit that is no number', { luns: [disk()], limits: { connections: '9' } }, 'connections is "9"'],
    ['no lanes', { luns: [disk()], lanes: 0 }, 'lanes is 0; right is a whole number from 1'],
  ])('refuses %s in its own name, before it has begun', async (_, options, message) => {
    const error: unknown = await createTarget(options as never).catch((thrown: unknown) => thrown)
    expect(String(error)).toContain(message)
    expect(String(error)).toMatch(/^(Type|Range)Error: createTarget\b/)
  })

  it.each<[what: string, make: () => Storage, message: string]>([
    ['no size', () => ramdisk({} as never), 'ramdisk: sizeBytes is undefined'],
    ['a size as text', () => ramdisk({ sizeBytes: '1M' as never }), 'ramdisk: sizeBytes is "1M"'],
    ['no path', () => fileio({} as never), 'fileio: path is undefined; right is a path'],
    ['an option that there is not', () => fileio({ path: '/a', size: 1 } as never), 'fileio has no option "size"'],
    [
      'a file to be created and not written',
      () => fileio({ path: '/a', create: true, readOnly: true }),
      'right is one',
    ],
  ])('is not given a disk of %s', (_, make, message) => {
    expect(make).toThrow(message)
  })

  it('has URLs of its LUNs, and of no others', async () => {
    await using target = await createTarget({ luns: [disk()] })
    expect(() => target.url(7)).toThrow(new RangeError('url: lun is 7; right is a LUN of the target: 0'))
    for (const lun of [-1, 0.5, NaN]) expect(() => target.url(lun)).toThrow(RangeError)
    expect(() => target.url('0' as never)).toThrow(TypeError)
  })

  it('is what DiskServer does alone, which checks its options too', () => {
    expect(() => new DiskServer({ lane: 1 } as never)).toThrow('DiskServer has no option "lane"')
  })
})

describe('connect', () => {
  it('takes a URL, and knows its logical unit', async () => {
    await using target = await createTarget({ luns: [disk(), ramdisk({ sizeBytes: 2 * MIB })] })
    await using session = await connect(target.url(1))
    expect(session.unit.number).toBe(1)
    expect((await session.unit.readCapacity()).blocks).toBe(4096)
  })

  it('takes a URL with an IPv6 address, as a text or not', async () => {
    await using target = await createTarget({ luns: [disk()], portal: { host: '::1', port: 0 } })
    await using session = await connect(new URL(target.url()), { initiatorName: 'iqn.2026-11.com.example:me' })
    await session.unit.write(0, BLOCK)
    expect(Buffer.from(await session.unit.read(0, 1)).equals(BLOCK)).toBe(true)
  })

  it.each([
    ['iscsi://%secret@127.0.0.1/iqn.2026-11.com.example:disk/0', 'the URL has a user name without a password'],
    ['iscsi://127.0.0.1', 'the URL names no target'],
    ['http://127.0.0.1/', 'is not iscsi://'],
    ['iscsi://127.0.0.1/hello/0', 'target is "hello"; right is an iSCSI name'],
  ])('refuses %s, and shows no password', async (url, message) => {
    const error: unknown = await connect(url).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RangeError)
    expect((error as Error).message).toContain(message)
    expect((error as Error).message).not.toContain('secret')
  })

  it('throws a LoginError with the name of the status', async () => {
    await using target = await createTarget({ luns: [disk()], initiators: ['iqn.2026-11.com.example:other'] })
    const error: unknown = await connect(target.url()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LoginError)
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ status: 0x0202, statusName: 'authorizationFailure' })
  })

  it('has a first command that does not fail with what the unit had to say, which is told', async () => {
    await using target = await createTarget({ luns: [disk()] })
    const notices: AttentionNotice[] = []
    await using session = await connect(target.url(), { listener: { attention: notice => notices.push(notice) } })
    await session.unit.write(0, BLOCK)
    expect(notices).toMatchObject([{ lun: 0, name: 'powerOnResetOrBusDeviceResetOccurred', passed: true }])
  })
})

describe('a target that does not answer', () => {
  let server: Server | undefined
  afterEach(() => server?.close())

  it('is not waited for longer than one wants', async () => {
    server = createServer(socket => socket.resume()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const url = `iscsi://127.0.0.1:${port}/iqn.2026-11.com.example:silent/0`
    await expect(connect(url, { timeoutMs: 50 })).rejects.toThrow(TimeoutError)
    await expect(connect(url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(discover({ host: '127.0.0.1', port, timeoutMs: 50 })).rejects.toThrow(TimeoutError)
  })
})

describe('a read-only disk', () => {
  /** What is read, what MODE SENSE says, and what a write is answered with. */
  async function seen(storage: Storage) {
    await using target = await createTarget({ luns: [storage] })
    await using session = await connect(target.url())
    const { writeProtected } = await session.unit.modeSense(0x08)
    const error: unknown = await session.unit.write(0, BLOCK).catch((thrown: unknown) => thrown)
    return { writeProtected, error, first: Buffer.from(await session.unit.read(0, 1)) }
  }
  const refusal = {
    status: Status.checkCondition,
    statusName: 'checkCondition',
    senseKey: SenseKey.dataProtect,
    senseName: 'writeProtected',
    sense: { code: { asc: 0x27, ascq: 0 } },
  }

  it('says so, and refuses what would change it, in memory', async () => {
    const { writeProtected, error, first } = await seen(ramdisk({ sizeBytes: MIB, readOnly: true }))
    expect(writeProtected).toBe(true)
    expect(error).toBeInstanceOf(ScsiError)
    expect(error).toMatchObject(refusal)
    expect(first.equals(Buffer.alloc(512))).toBe(true)
  })

  it('is none that does not say so, whoever has made it', async () => {
    const disk = ramdisk({ sizeBytes: MIB })
    const own: Storage = {
      name: 'own',
      unit: store => disk.unit(store),
      open: resources => disk.open(resources),
    }
    const { writeProtected, error, first } = await seen(own)
    expect([writeProtected, error]).toEqual([false, undefined])
    expect(first.equals(BLOCK)).toBe(true)
  })

  it('says so, and refuses what would change it, in a file that nobody may write', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lunkit-read-only-'))
    const path = join(directory, 'disk.img')
    await writeFile(path, Buffer.alloc(MIB, BLOCK), { mode: 0o444 })
    const { writeProtected, error, first } = await seen(fileio({ path, readOnly: true }))
    expect(writeProtected).toBe(true)
    expect(error).toMatchObject(refusal)
    expect(first.equals(BLOCK)).toBe(true)
    await rm(directory, { recursive: true })
  })
})
