import { dataView } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { isPacket, PduWriter, Reject, readPacket, ScsiCommand, ScsiResponse, tracePdu, writePacket } from './index.ts'

const read = (hex: string, data?: string) =>
  readPacket(
    dataView(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
    0,
    data === undefined ? undefined : Buffer.from(data, 'hex'),
  )

const trace = (hex: string, data?: Uint8Array): string =>
  tracePdu(dataView(Buffer.from(hex.replaceAll(' ', ''), 'hex')), 0, data)

const zeroes = (words: number): string => '00000000 '.repeat(words)
const response = `21820002 00000000 ${zeroes(2)} 00000001 00000000 00000002 00000003 00000004 00000005 00000000 00000006`
const sense = '0012 70000500 0000000a 00000000 2400 00 c0 0001'
const command = `01c10000 00000000 00010000 00000000 00000005 00001000 00000007 00000009 ${zeroes(4)}`
const reject = `3f800900 00000000 ${zeroes(2)} ffffffff 00000000 00000001 00000002 00000003 ${zeroes(3)}`

const rewritten = (hex: string, data?: string): string => {
  const writer = new PduWriter()
  const packet = read(hex, data)
  if (packet) writePacket(writer, packet)
  return Buffer.concat(writer.take()?.buffers ?? []).toString('hex')
}

describe('a packet', () => {
  it('has typed values once it is known which PDU it is', () => {
    const packet = read(command)
    if (!packet || !isPacket(packet, ScsiCommand)) throw new Error('no SCSI Command')
    expect(packet.values.expectedDataTransferLength).toBe(4096)
    expect(packet.values.lun).toBe(0x0001_0000_0000_0000n)
    expect(isPacket(packet, ScsiResponse)).toBe(false)
  })

  it('is nothing when the opcode is not known', () => {
    expect(read(`1c000000 ${zeroes(11)}`)).toBeUndefined()
  })

  it('tells sense data from what follows it', () => {
    expect(read(response, `${sense.replaceAll(' ', '')}beef`)?.data).toEqual({
      kind: 'sense',
      sense: Uint8Array.from(Buffer.from(sense.replaceAll(' ', '').slice(4), 'hex')),
      after: Uint8Array.of(0xbe, 0xef),
    })
  })

  it('has a text as its pairs, and as bytes where it could not be written back as it came', () => {
    const pairs = (text: string) => read(`04800000 00000000 ${zeroes(10)}`, Buffer.from(text).toString('hex'))?.data
    expect(pairs('A=1\0B=2\0')).toEqual({
      kind: 'text',
      pairs: [
        ['A', '1'],
        ['B', '2'],
      ],
    })
    expect(pairs('A=1\0\0')).toEqual({ kind: 'bytes', bytes: Uint8Array.from(Buffer.from('A=1\0\0')) })
  })

  it('of another kind has data as bytes, whatever they look like', () => {
    const data = sense.replaceAll(' ', '')
    expect(read(`00800000 00000000 ${zeroes(10)}`, data)?.data.kind).toBe('bytes')
    expect(read(`00800000 00000000 ${zeroes(10)}`, command.replaceAll(' ', ''))?.data.kind).toBe('bytes')
    expect(trace(`00800000 00000000 ${zeroes(10)}`, Buffer.alloc(48))).toContain(' data(48)=')
  })

  it('keeps nothing of the memory that it was read from', () => {
    const bytes = Buffer.from(command.replaceAll(' ', ''), 'hex')
    const packet = readPacket(dataView(bytes), 0)
    bytes.fill(0xff)
    expect(packet?.values['cdb']).toEqual(new Uint8Array(16))
  })

  it('keeps a sense segment that is shorter than it claims as bytes', () => {
    expect(read(response, '0012700005')?.data.kind).toBe('bytes')
  })

  it('reads the header that a Reject refuses, and what it had behind', () => {
    const packet = read(reject, `${command.replaceAll(' ', '')}0005020000001000`)
    if (!packet || !isPacket(packet, Reject) || packet.data.kind !== 'header') throw new Error('no refused header')
    expect(packet.data.header.pdu.name).toBe('SCSI Command')
    expect(packet.data.after.length).toBe(8)
    const withSegments = command.replace('01c10000 00', '01c10000 02').replaceAll(' ', '')
    expect(read(reject, withSegments)?.data).toMatchObject({ header: { ahs: [], values: { totalAhsWords: 2 } } })
  })

  it.each([
    ['SCSI Response with sense', response, `${sense.replaceAll(' ', '')}beef`],
    ['Reject', reject, command.replaceAll(' ', '')],
    ['text that continues in the next PDU', `24400000 ${zeroes(11)}`, Buffer.from('A=1\0B=').toString('hex')],
    ['text with zero bytes behind', `24800000 ${zeroes(11)}`, Buffer.from('A=1\0\0').toString('hex')],
    ['text', `24800000 ${zeroes(11)}`, Buffer.from('A=1\0B=2\0').toString('hex')],
  ])('is written to the bytes it was read from: %s', (_, header, data) => {
    const bytes = Buffer.from(header.replaceAll(' ', ''), 'hex')
    bytes[7] = data.length / 2
    const padding = '00'.repeat((-data.length / 2) & 3)
    expect(rewritten(header, data)).toBe(`${bytes.toString('hex')}${data}${padding}`)
  })
})

describe('a trace line', () => {
  it('has the name, the fields, closed lists by name, and the data', () => {
    expect(trace(command)).toBe(
      'SCSI Command initiatorTaskTag=5 immediate=0 final=1 read=1 write=0 attribute=simple lun=0x0001000000000000 ' +
        'expectedDataTransferLength=4096 cmdSN=7 expStatSN=9 cdb=00000000000000000000000000000000',
    )
    expect(trace(response, Buffer.from('000170', 'hex'))).toContain('status=checkCondition')
    expect(trace(response, Buffer.from('000170', 'hex'))).toContain(' sense(1)=70')
  })

  it('shows text as its pairs', () => {
    expect(trace(`24800000 ${zeroes(11)}`, Buffer.from('A=1\0B=2\0'))).toMatch(/ text=\{A=1 B=2\}$/)
  })

  it('shows the header that a Reject refuses', () => {
    expect(trace(reject, Buffer.from(command.replaceAll(' ', ''), 'hex'))).toMatch(
      /^Reject .*reason=invalidPduField .* refused=\{SCSI Command /,
    )
  })

  it('shows additional header segments, broken ones too', () => {
    const withAhs = (ahs: string) => trace(command.replace('00000000', '02000000') + ahs)
    expect(withAhs('0005020000001000')).toMatch(/ bidirectionalReadLength=4096$/)
    expect(withAhs('00050100a1a2a3a4')).toMatch(/ extendedCdb=a1a2a3a4$/)
    expect(withAhs('0004020000001000')).toMatch(/ ahs=\?\(AHS with a bidirectional read length claims 4 bytes/)
  })

  it('shows what it does not know from where it lies', () => {
    const bytes = Buffer.alloc(56)
    bytes.set([0x0c, 0xaa], 8)
    expect(tracePdu(dataView(bytes), 8)).toBe(`opcode=0x0c? 0caa${'00'.repeat(30)}...`)
  })

  it('shows what it does not know', () => {
    expect(trace(`1c000000 ${zeroes(11)}`)).toBe(`opcode=0x1c? 1c${'00'.repeat(31)}...`)
    expect(trace(`24800000 ${zeroes(11)}`, Uint8Array.of(0xff))).toMatch(/ text=\{ff\}$/)
  })
})
