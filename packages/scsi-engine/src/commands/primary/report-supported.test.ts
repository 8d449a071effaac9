import { decodeAllCommands, decodeOneCommand } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import { senseOf, TestDevice, type TestDeviceOptions } from '../../testing/device.ts'

const RCTD = 0x80
const ask = (options: number, opcode = 0, serviceAction = 0) => ({
  cdb: Uint8Array.of(0xa3, 0x0c, options, opcode, serviceAction >> 8, serviceAction & 255, 0, 0, 0xff, 0xff, 0, 0),
  readBytes: 0xffff,
})

async function answer(question: ReturnType<typeof ask>, options?: TestDeviceOptions): Promise<Buffer> {
  const task = await new TestDevice(options).nexus().run(question)
  expect(task.ending).toBe(0)
  return task.sent
}

const EVERYTHING: TestDeviceOptions = { attributes: { emulateTpu: true, emulateTpws: true } }

/** Operation codes, and service actions behind a dot, of everything that a disk has. */
const COMMANDS =
  '00 03 08 0a 12 15 16 17 1a 1b 25 28 2a 2e 2f 35 41 42 55 56 57 5a 88 89 8a 8e 8f 91 93 9e.10 9e.12 a0 a3.c a3.d a8 aa ae af'

const listed = (data: Buffer): string =>
  decodeAllCommands(data)
    .map(({ opcode, serviceAction }) => {
      const code = opcode.toString(16).padStart(2, '0')
      return serviceAction === undefined ? code : `${code}.${serviceAction.toString(16)}`
    })
    .join(' ')

describe('REPORT SUPPORTED OPERATION CODES', () => {
  it('lists every command, by operation code and service action', async () => {
    expect(listed(await answer(ask(0), EVERYTHING))).toBe(COMMANDS)
  })

  it('leaves out what the unit does not have', async () => {
    const attributes = { emulateTpu: false, emulateCaw: false, emulatePr: false }
    const left = [' 16 17', ' 42', ' 56 57', ' 89', ' 9e.12'].reduce((list, gone) => list.replace(gone, ''), COMMANDS)
    expect(listed(await answer(ask(0), { attributes }))).toBe(left)
  })

  it('says how long each CDB is', async () => {
    const lengths = [6, 10, 10, undefined, 16, 12]
    for (const { opcode, cdbLength } of decodeAllCommands(await answer(ask(0), EVERYTHING)))
      expect(cdbLength).toBe(lengths[opcode >> 5])
  })

  it('adds timeouts to every command when asked for them', async () => {
    const timeouts = { nominalSeconds: 0, recommendedSeconds: 0 }
    for (const command of decodeAllCommands(await answer(ask(RCTD)))) expect(command.timeouts).toEqual(timeouts)
    for (const command of decodeAllCommands(await answer(ask(0)))) expect(command.timeouts).toBeUndefined()
    expect((await answer(ask(RCTD | 1, 0x12))).toString('hex')).toBe(`008300061201ffffff00000a${'00'.repeat(10)}`)
  })

  it.each([
    ['by operation code', ask(1, 0x28), '0003000a2818ffffffff00ffff00'],
    ['by service action', ask(2, 0x9e, 0x10), '000300109e100000000000000000ffffffff0000'],
    ['by either, with a service action', ask(3, 0x9e, 0x12), '000300109e12ffffffffffffffffffffffff0000'],
    ['by either, without one', ask(3, 0x12, 0), '000300061201ffffff00'],
  ])('returns the usage map of a command %s', async (_how, question, bytes) => {
    expect((await answer(question, EVERYTHING)).toString('hex')).toBe(bytes)
  })

  it.each([
    ['an operation code that there is not', ask(1, 0x04)],
    ['a service action that there is not', ask(2, 0x9e, 0x13)],
    ['a service action of a command without any', ask(3, 0x12, 1)],
    ['an operation code that there is not, by service action', ask(2, 0x83, 1)],
    ['UNMAP on a unit that does not unmap', ask(1, 0x42)],
  ])('says that %s is not supported', async (_what, question) => {
    expect((await answer(question)).toString('hex')).toBe('00010000')
  })

  it.each([
    ['by operation code alone, a command with service actions', ask(1, 0x9e), { byte: 3 }],
    ['by service action, a command without any', ask(2, 0x12), { byte: 3 }],
    ['by a reporting option that there is not', ask(4), { byte: 2, bit: 2 }],
  ])('refuses to be asked %s', async (_how, question, pointer) => {
    const task = await new TestDevice().nexus().run(question)
    expect(senseOf(task)).toMatchObject({ code: { key: 5, asc: 0x24 }, pointer: { in: 'cdb', ...pointer } })
  })

  it('does not count DPO and FUA on a unit that refuses them', async () => {
    const attributes = { emulateFuaWrite: false }
    const { usage } = decodeOneCommand(await answer(ask(1, 0x28), { attributes }))
    expect(usage[1]).toBe(0)
    const read = { cdb: Uint8Array.of(0x28, 0x08, 0, 0, 0, 0, 0, 0, 1, 0), readBytes: 512 }
    expect(senseOf(await new TestDevice({ attributes }).nexus().run(read))).toMatchObject({
      pointer: { byte: 1, bit: 3 },
    })
  })

  it('says of every command what the command itself takes', async () => {
    const nexus = new TestDevice(EVERYTHING).nexus()
    for (const { opcode, serviceAction } of decodeAllCommands((await nexus.run(ask(0))).sent)) {
      const question = serviceAction === undefined ? ask(1, opcode) : ask(2, opcode, serviceAction)
      const { support, usage } = decodeOneCommand((await nexus.run(question)).sent)
      expect(support).toBe(3)
      expect(usage[0]).toBe(opcode)
    }
  })

  it('is unknown where emulate_rsoc is 0', async () => {
    const task = await new TestDevice({ attributes: { emulateRsoc: false } }).nexus().run(ask(0))
    expect(senseOf(task)).toMatchObject({ code: { asc: 0x24 }, pointer: { byte: 1, bit: 4 } })
  })
})

describe('REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS', () => {
  it.each([
    ['without timeouts', 0x00, 'de070000'],
    ['with room for timeouts', 0x80, `de07000c${'00'.repeat(12)}`],
  ])('names all but CLEAR ACA, %s', async (_what, flags, bytes) => {
    const cdb = Uint8Array.of(0xa3, 0x0d, flags, 0, 0, 0, 0, 0, 0, 64, 0, 0)
    expect((await answer({ cdb, readBytes: 64 })).toString('hex')).toBe(bytes)
  })
})
