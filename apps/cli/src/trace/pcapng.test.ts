import { describe, expect, it } from 'vitest'
import { endpointOf } from './ip-address.ts'
import { fileEnd, fileStart, packet } from './pcapng.ts'
import { frameOf, headerBytes, TcpFlag } from './tcp-frame.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const text = (from: string): Uint8Array => Buffer.from(from)
const whole = (...parts: readonly string[]): string => parts.join('').replaceAll(' ', '')

describe('blocks of a file (draft-ietf-opsawg-pcapng)', () => {
  it('begin with a section and its interface, whose times are nanoseconds', () => {
    expect(hex(fileStart('lunkit 0.1'))).toBe(
      whole(
        '0a0d0d0a 00000030 1a2b3c4d 0001 0000 ffffffffffffffff',
        '0004 000a 6c756e6b697420302e310000 0000 0000 00000030',
        '00000001 0000002c 0001 0000 00000000',
        '0002 0006 6c756e6b69740000 0009 0001 09000000 0000 0000 0000002c',
      ),
    )
  })

  it('hold a packet with its time, its comment and which way it went, each filled up to four bytes', () => {
    const timeNs = 0x01_02_03_04_05_06_07_08n
    expect(hex(packet({ timeNs, isOurs: true, bytes: text('hello') }, 'lost'))).toBe(
      whole(
        '00000006 0000003c 00000000 0102030405060708 00000005 00000005 68656c6c6f000000',
        '0001 0004 6c6f7374 0002 0004 00000002 0000 0000 0000003c',
      ),
    )
    expect(hex(packet({ timeNs: 7n, isOurs: false, bytes: text('abcd') }))).toBe(
      whole(
        '00000006 00000030 00000000 0000000000000007 00000004 00000004 61626364',
        '0002 0004 00000001 0000 0000 00000030',
      ),
    )
  })

  it('end with how many are missing', () => {
    expect(hex(fileEnd(9n, 3))).toBe(
      whole('00000005 00000028 00000000 0000000000000009 0005 0008 0000000000000003 0000 0000 00000028'),
    )
  })
})

describe('a frame (RFC 9293 3.1, RFC 791 3.1, RFC 8200 3)', () => {
  const [host, us] = [endpointOf('192.0.2.8:49152'), endpointOf('192.0.2.1:3260')]

  it('of a SYN acknowledges nothing', () => {
    const segment = { from: host, to: us, sequence: 0, acknowledged: 9, flags: TcpFlag.syn, payload: text('') }
    expect(hex(frameOf(segment, false))).toBe(
      whole(
        '020000000002 020000000001 0800',
        '45 00 0028 0000 4000 40 06 b6c6 c0000208 c0000201',
        'c000 0cbc 00000000 00000000 50 02 ffff 5f1c 0000',
      ),
    )
  })

  it('of an odd length has the checksums of its bytes and a zero, and numbers that begin again after 2^32', () => {
    const numbers = { sequence: 2 ** 33 - 2, acknowledged: 2 ** 32 + 49 }
    const segment = { from: us, to: host, ...numbers, flags: TcpFlag.ack | TcpFlag.push, payload: text('abc') }
    expect(hex(frameOf(segment, true))).toBe(
      whole(
        '020000000001 020000000002 0800',
        '45 00 002b 0000 4000 40 06 b6c3 c0000201 c0000208',
        '0cbc c000 fffffffe 00000031 50 18 ffff 9a70 0000 616263',
      ),
    )
  })

  it('of IPv6 has no checksum but that of TCP, and a longer header', () => {
    const [from, to] = [endpointOf('[2001:db8::8]:49152'), endpointOf('[2001:db8::1]:3260')]
    const segment = { from, to, sequence: 1, acknowledged: 0x1234_5678, flags: TcpFlag.ack, payload: text('ab') }
    expect(hex(frameOf(segment, false))).toBe(
      whole(
        '020000000002 020000000001 86dd',
        '60000000 0016 06 40 20010db8000000000000000000000008 20010db8000000000000000000000001',
        'c000 0cbc 00000001 12345678 50 10 ffff bd8b 0000 6162',
      ),
    )
    expect([headerBytes(host), headerBytes(from)]).toEqual([40, 60])
  })
})

describe('a side of a connection', () => {
  it.each([
    ['192.0.2.1:3260', 'c0000201', 3260],
    ['[::]:1', '00000000000000000000000000000000', 1],
    ['[::1]:3260', '00000000000000000000000000000001', 3260],
    ['[2001:DB8:a::]:3260', '20010db8000a00000000000000000000', 3260],
    ['[1:2:3:4:5:6:7:8]:65535', '00010002000300040005000600070008', 65535],
    ['[fe80::1%eth0]:3260', 'fe800000000000000000000000000001', 3260],
    ['[::ffff:192.0.2.1]:3260', '00000000000000000000ffffc0000201', 3260],
  ])('%s is %s and %i', (said, address, port) => {
    const end = endpointOf(said)
    expect({ address: hex(end.address), port: end.port }).toEqual({ address, port })
  })

  it.each(['192.0.2.1', '2001:db8::1', '[::1]', ':3260', 'host:3260', '192.0.2.1:3260 '])('is not %j', said => {
    expect(() => endpointOf(said)).toThrow(`${said} is no address and port`)
  })
})
