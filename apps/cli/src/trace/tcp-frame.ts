import { bits, bytes, dataView, layout, u8, u16, u32, u48 } from '@lunkit/wire'
import type { Endpoint } from './ip-address.ts'

/** RFC 9293 3.1: bits of a TCP header. */
export const TcpFlag = { syn: 0x02, push: 0x08, ack: 0x10 } as const

/** A segment of TCP. */
export interface Segment {
  readonly from: Endpoint
  readonly to: Endpoint
  /** Of its first byte. */
  readonly sequence: number
  /** Of the byte that is expected of the other side. */
  readonly acknowledged: number
  readonly flags: number
  readonly payload: Uint8Array
}

const TCP_BYTES = 20
const IPV4_BYTES = 20
const IPV6_BYTES = 40
const IPV4_ADDRESS_BYTES = 4
/** RFC 9293 3.1: the header is counted in words of four bytes. */
const WORD_BYTES = 4
const TCP = 6
const WINDOW = 0xffff
const TTL = 64
const IPV4_VERSION = 4
const IPV6_VERSION = 6
const EtherType = { ipv4: 0x0800, ipv6: 0x86dd } as const
/** Addresses that nobody was given (IEEE 802: locally administered): of the initiator, and of us. */
const Mac = { theirs: 0x02_00_00_00_00_01, ours: 0x02_00_00_00_00_02 } as const

const Ethernet = layout({
  name: 'Ethernet header',
  spec: 'IEEE 802.3 3.1.1',
  size: 14,
  fields: { destination: u48(0), source: u48(6), type: u16(12) },
})
const Ipv4 = layout({
  name: 'IPv4 header',
  spec: 'RFC 791 3.1',
  size: IPV4_BYTES,
  fields: {
    version: bits(0, [7, 4]),
    headerWords: bits(0, [3, 0]),
    length: u16(2),
    fragment: u16(6),
    timeToLive: u8(8),
    protocol: u8(9),
    checksum: u16(10),
    source: bytes(12, 4),
    destination: bytes(16, 4),
  },
})
const Ipv6 = layout({
  name: 'IPv6 header',
  spec: 'RFC 8200 3',
  size: IPV6_BYTES,
  fields: {
    version: bits(0, [7, 4]),
    length: u16(4),
    protocol: u8(6),
    hopLimit: u8(7),
    source: bytes(8, 16),
    destination: bytes(24, 16),
  },
})
const Tcp = layout({
  name: 'TCP header',
  spec: 'RFC 9293 3.1',
  size: TCP_BYTES,
  fields: {
    source: u16(0),
    destination: u16(2),
    sequence: u32(4),
    acknowledged: u32(8),
    headerWords: bits(12, [7, 4]),
    flags: u8(13),
    window: u16(14),
    checksum: u16(16),
  },
})
/** What of the network's header is in TCP's checksum; the addresses stand before it. */
const PseudoHeader = layout({
  name: 'pseudo header',
  spec: 'RFC 9293 3.1',
  size: 4,
  fields: { protocol: u8(1), length: u16(2) },
})
const Word = layout({ name: 'word', spec: 'RFC 1071 1', size: 2, fields: { value: u16(0) } })

/** IPv4: it must not be cut. */
const DO_NOT_FRAGMENT = 0x4000

const isIpv4 = ({ address }: Endpoint): boolean => address.length === IPV4_ADDRESS_BYTES

/** Bytes of headers before the payload of a segment. */
export const headerBytes = (end: Endpoint): number => TCP_BYTES + (isIpv4(end) ? IPV4_BYTES : IPV6_BYTES)

/** The Ethernet frame of a segment, with the checksums that it would have; `isOurs` says whether we have sent it. */
export function frameOf(segment: Segment, isOurs: boolean): Uint8Array {
  const isFour = isIpv4(segment.from)
  const ethernet = Ethernet.encode({
    destination: isOurs ? Mac.theirs : Mac.ours,
    source: isOurs ? Mac.ours : Mac.theirs,
    type: isFour ? EtherType.ipv4 : EtherType.ipv6,
  })
  const ip = isFour ? ipv4Header(segment) : ipv6Header(segment)
  return Buffer.concat([ethernet, ip, tcpHeader(segment), segment.payload])
}

function tcpHeader({ from, to, sequence, acknowledged, flags, payload }: Segment): Uint8Array {
  const header = Tcp.encode({
    source: from.port,
    destination: to.port,
    sequence: sequence >>> 0,
    acknowledged: flags & TcpFlag.ack ? acknowledged >>> 0 : 0,
    headerWords: TCP_BYTES / WORD_BYTES,
    flags,
    window: WINDOW,
  })
  const pseudo = PseudoHeader.encode({ protocol: TCP, length: TCP_BYTES + payload.length })
  Tcp.fields.checksum.set(dataView(header), 0, checksum(from.address, to.address, pseudo, header, payload))
  return header
}

function ipv4Header({ from, to, payload }: Segment): Uint8Array {
  const header = Ipv4.encode({
    version: IPV4_VERSION,
    headerWords: IPV4_BYTES / WORD_BYTES,
    length: IPV4_BYTES + TCP_BYTES + payload.length,
    fragment: DO_NOT_FRAGMENT,
    timeToLive: TTL,
    protocol: TCP,
    source: from.address,
    destination: to.address,
  })
  Ipv4.fields.checksum.set(dataView(header), 0, checksum(header))
  return header
}

function ipv6Header({ from, to, payload }: Segment): Uint8Array {
  const length = TCP_BYTES + payload.length
  const fixed = { version: IPV6_VERSION, protocol: TCP, hopLimit: TTL, length }
  return Ipv6.encode({ ...fixed, source: from.address, destination: to.address })
}

/** RFC 1071: of parts of which all but the last have an even length. */
function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0
  for (const part of parts) {
    const even = part.length % 2 === 0 ? part : Buffer.concat([part, Uint8Array.of(0)])
    const view = dataView(even)
    for (let at = 0; at < even.length; at += Word.size) sum += Word.view(view, at).value
  }
  while (sum > 0xffff) sum = (sum % 0x1_0000) + Math.floor(sum / 0x1_0000)
  return 0xffff - sum
}
