import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, senseOf, TestDevice, type TestDeviceOptions } from '../../testing/device.ts'

const BLOCK = 512
/** Blocks of the medium of a test device. */
const BLOCKS = 2048

const digits = (count: number) => (value: number) => value.toString(16).padStart(count, '0')
const [two, four, eight, sixteen] = [digits(2), digits(4), digits(8), digits(16)]

/** How a command names a range, what it moves, and where its length stands in the CDB. */
interface RangeCommand {
  readonly cdb: (at: number, blocks: number) => string
  readonly moves: 'in' | 'out' | 'none' | 'one block'
  readonly lengthByte: number
}

const ten =
  (opcode: string, flags = '00') =>
  (at: number, blocks: number) =>
    `${opcode} ${flags} ${eight(at)} 00 ${four(blocks)} 00`
const twelve =
  (opcode: string, flags = '00') =>
  (at: number, blocks: number) =>
    `${opcode} ${flags} ${eight(at)} ${eight(blocks)} 00 00`
const long =
  (opcode: string, flags = '00') =>
  (at: number, blocks: number) =>
    `${opcode} ${flags} ${sixteen(at)} ${eight(blocks)} 00 00`
const six = (opcode: string) => (at: number, blocks: number) => `${opcode} 00 ${four(at)} ${two(blocks)} 00`

const commands: Readonly<Record<string, RangeCommand>> = {
  'READ (6)': { cdb: six('08'), moves: 'in', lengthByte: 4 },
  'READ (10)': { cdb: ten('28'), moves: 'in', lengthByte: 7 },
  'READ (12)': { cdb: twelve('A8'), moves: 'in', lengthByte: 6 },
  'READ (16)': { cdb: long('88'), moves: 'in', lengthByte: 10 },
  'WRITE (6)': { cdb: six('0A'), moves: 'out', lengthByte: 4 },
  'WRITE (10)': { cdb: ten('2A'), moves: 'out', lengthByte: 7 },
  'WRITE (12)': { cdb: twelve('AA'), moves: 'out', lengthByte: 6 },
  'WRITE (16)': { cdb: long('8A'), moves: 'out', lengthByte: 10 },
  'WRITE AND VERIFY (10)': { cdb: ten('2E'), moves: 'out', lengthByte: 7 },
  'WRITE AND VERIFY (12)': { cdb: twelve('AE'), moves: 'out', lengthByte: 6 },
  'WRITE AND VERIFY (16)': { cdb: long('8E'), moves: 'out', lengthByte: 10 },
  'VERIFY (10), BYTCHK 0': { cdb: ten('2F'), moves: 'none', lengthByte: 7 },
  'VERIFY (12), BYTCHK 0': { cdb: twelve('AF'), moves: 'none', lengthByte: 6 },
  'VERIFY (16), BYTCHK 0': { cdb: long('8F'), moves: 'none', lengthByte: 10 },
  'VERIFY (10), BYTCHK 1': { cdb: ten('2F', '02'), moves: 'out', lengthByte: 7 },
  'VERIFY (16), BYTCHK 1': { cdb: long('8F', '02'), moves: 'out', lengthByte: 10 },
  'VERIFY (10), BYTCHK 3': { cdb: ten('2F', '06'), moves: 'one block', lengthByte: 7 },
  'WRITE SAME (10)': { cdb: ten('41'), moves: 'one block', lengthByte: 7 },
  'WRITE SAME (16)': { cdb: long('93'), moves: 'one block', lengthByte: 10 },
  'SYNCHRONIZE CACHE (10)': { cdb: ten('35'), moves: 'none', lengthByte: 7 },
  'SYNCHRONIZE CACHE (16)': { cdb: long('91'), moves: 'none', lengthByte: 10 },
}
const names = Object.keys(commands)

/** Runs a command on a range of a medium of zeroes. */
async function run(name: string, [at, blocks]: readonly [number, number], options: TestDeviceOptions = {}) {
  const { cdb, moves } = commands[name] as RangeCommand
  const device = new TestDevice(options)
  const data = { out: Buffer.alloc(blocks * BLOCK), 'one block': Buffer.alloc(BLOCK), in: undefined, none: undefined }
  const readBytes = moves === 'in' ? blocks * BLOCK : 0
  const task = device
    .nexus()
    .submit({ cdb: hex(cdb(at, blocks)), readBytes, ...(data[moves] && { data: data[moves] }) })
  return { task: await task.ended(), device }
}

describe('a range that ends with the medium is taken, one that ends a block behind it is not (21/00):', () => {
  it.each(names)('%s', async name => {
    const onIt = await run(name, [BLOCKS - 2, 2])
    expect(onIt.task.ending).toBe(Status.good)
    for (const range of [
      [BLOCKS - 1, 2],
      [BLOCKS, 1],
    ] as const) {
      const { task, device } = await run(name, range)
      expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x21, ascq: 0x00 })
      expect([task.sent.length, task.expectedBytes, device.store.done.length]).toEqual([0, 0, 0])
    }
  })
})

describe('the longest transfer is taken, one of a block more is not (24/00, its length is to blame):', () => {
  const limited = names.filter(name => !name.startsWith('SYNCHRONIZE'))
  it.each(limited)('%s', async name => {
    const attributes = { hwMaxSectors: 8, maxWriteSameLen: 8 }
    expect((await run(name, [16, 8], { attributes })).task.ending).toBe(Status.good)
    const { task, device } = await run(name, [16, 9], { attributes })
    expect(senseOf(task)).toMatchObject({
      code: { key: 0x5, asc: 0x24, ascq: 0x00 },
      pointer: { in: 'cdb', byte: commands[name]?.lengthByte },
    })
    expect(device.store.done).toEqual([])
  })

  it.each(limited)('%s, and any where there is no limit', async name => {
    const attributes = { hwMaxSectors: 0, maxWriteSameLen: 0 }
    expect((await run(name, [16, 200], { attributes })).task.ending).toBe(Status.good)
  })
})

describe('what the store cannot do never ends with GOOD:', () => {
  const asked = {
    'READ (10)': 'read',
    'WRITE (10)': 'write',
    'WRITE AND VERIFY (10)': 'write',
    'VERIFY (10), BYTCHK 0': 'read',
    'VERIFY (10), BYTCHK 1': 'read',
    'VERIFY (10), BYTCHK 3': 'read',
    'WRITE SAME (10)': 'zero',
    'SYNCHRONIZE CACHE (10)': 'flush',
  } as const
  it.each(Object.entries(asked))('%s, of which the %s fails', async (name, operation) => {
    const { cdb, moves } = commands[name] as RangeCommand
    const device = new TestDevice()
    device.store.faults.set(operation, 'io')
    const data = moves === 'out' ? Buffer.alloc(2 * BLOCK) : moves === 'one block' ? Buffer.alloc(BLOCK) : undefined
    const readBytes = moves === 'in' ? 2 * BLOCK : 0
    const task = await device.nexus().run({ cdb: hex(cdb(0, 2)), readBytes, ...(data && { data }) })
    expect(task.ending).toBe(Status.checkCondition)
    expect(senseOf(task).code.key).toBe(0x3)
  })

  it('WRITE AND VERIFY, of which the read fails', async () => {
    const device = new TestDevice()
    device.store.faults.set('read', 'io')
    const task = await device.nexus().run({ cdb: hex('2E 00 00000000 00 0001 00'), data: Buffer.alloc(BLOCK, 1) })
    expect(senseOf(task).code.key).toBe(0x3)
  })

  it('GET LBA STATUS, of which the look fails', async () => {
    const device = new TestDevice({ attributes: { emulateTpu: true } })
    device.store.faults.set('extents', 'io')
    const cdb = hex('9E 12 0000000000000000 00000018 00 00')
    expect(senseOf(await device.nexus().run({ cdb, readBytes: 24 })).code.key).toBe(0x3)
  })
})

describe('a unit is refused', () => {
  it.each([
    [{ physicalBlockBytes: 256 }, 'physicalBlockBytes 256'],
    [{ physicalBlockBytes: 1536 }, 'physicalBlockBytes 1536'],
    [{ physicalBlockBytes: 512 * 2 ** 16 }, 'physicalBlockBytes 33554432'],
    [{ blockSizeBytes: 520 }, 'block size 520'],
    [{ queueDepth: 0 }, 'queueDepth 0'],
  ])('with %o', (attributes, message) => {
    expect(() => new TestDevice({ attributes })).toThrow(message)
  })

  it('with none of these at their limits', () => {
    for (const attributes of [{ physicalBlockBytes: 512 * 2 ** 15 }, { queueDepth: 1 }, { blockSizeBytes: 4096 }])
      expect(new TestDevice({ attributes }).unit.attributes).toMatchObject(attributes)
  })
})
