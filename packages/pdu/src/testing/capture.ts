import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { bits, bytes, dataView, layout, serialDistance, u8, u16, u32, u32le } from '@lunkit/wire'

const FileHeader = layout({
  name: 'pcap file',
  spec: 'pcap',
  size: 24,
  fields: { magic: u32le(0), linkType: u32le(20) },
})
const Record = layout({
  name: 'pcap record',
  spec: 'pcap',
  size: 16,
  fields: { captured: u32le(8), length: u32le(12) },
})
const Ethernet = layout({ name: 'Ethernet', spec: 'IEEE 802.3', size: 14, fields: { type: u16(12) } })
const Ipv4 = layout({
  name: 'IPv4',
  spec: 'RFC 791',
  size: 20,
  fields: { words: bits(0, [3, 0]), totalLength: u16(2), protocol: u8(9), source: bytes(12, 4), target: bytes(16, 4) },
})
const Tcp = layout({
  name: 'TCP',
  spec: 'RFC 9293',
  size: 20,
  fields: { sourcePort: u16(0), targetPort: u16(2), sequence: u32(4), words: bits(12, [7, 4]), flags: u8(13) },
})

const PCAP_MAGIC = 0xa1b2c3d4
const ETHERNET = 1
const IPV4 = 0x0800
const TCP = 6
const SYN = 0x02
const ISCSI_PORT = 3260

/** One TCP connection of a capture: the bytes of both directions. */
export interface CapturedConnection {
  readonly initiatorPort: number
  readonly fromInitiator: Uint8Array
  readonly fromTarget: Uint8Array
}

interface Segment {
  /** Bytes after the start of the stream. */
  readonly offset: number
  readonly payload: Uint8Array
}

class Stream {
  #first: number | undefined
  readonly #segments: Segment[] = []

  add(sequence: number, payload: Uint8Array): void {
    this.#first ??= sequence
    if (payload.length > 0) this.#segments.push({ offset: serialDistance(this.#first, sequence), payload })
  }

  /** The stream up to its first gap; what was sent twice is there once. */
  bytes(): Uint8Array {
    const inOrder = this.#segments.sort((a, b) => a.offset - b.offset)
    const out = new Uint8Array(Math.max(0, ...inOrder.map(({ offset, payload }) => offset + payload.length)))
    let end = 0
    for (const { offset, payload } of inOrder) {
      if (offset > end) break
      out.set(payload, offset)
      end = Math.max(end, offset + payload.length)
    }
    return out.subarray(0, end)
  }
}

/** Reads the iSCSI connections (port 3260) out of a gzipped pcap of Ethernet frames. */
export function readCapture(path: URL): CapturedConnection[] {
  const file = gunzipSync(readFileSync(path))
  const view = dataView(file)
  const { magic, linkType } = FileHeader.view(view)
  if (magic !== PCAP_MAGIC || linkType !== ETHERNET)
    throw new Error(`${path.href} is no little-endian pcap of Ethernet frames`)
  const connections = new Map<number, { fromInitiator: Stream; fromTarget: Stream }>()
  for (let at = FileHeader.size; at < file.length; ) {
    const { captured } = Record.view(view, at)
    addFrame(connections, file.subarray(at + Record.size, at + Record.size + captured))
    at += Record.size + captured
  }
  return [...connections].map(([initiatorPort, { fromInitiator, fromTarget }]) => ({
    initiatorPort,
    fromInitiator: fromInitiator.bytes(),
    fromTarget: fromTarget.bytes(),
  }))
}

function addFrame(connections: Map<number, { fromInitiator: Stream; fromTarget: Stream }>, frame: Uint8Array): void {
  const view = dataView(frame)
  if (Ethernet.view(view).type !== IPV4) return
  const ip = Ipv4.view(view, Ethernet.size)
  if (ip.protocol !== TCP) return
  const tcpAt = Ethernet.size + ip.words * 4
  const tcp = Tcp.view(view, tcpAt)
  const toTarget = tcp.targetPort === ISCSI_PORT
  const port = toTarget ? tcp.sourcePort : tcp.targetPort
  let connection = connections.get(port)
  if (!connection) {
    connection = { fromInitiator: new Stream(), fromTarget: new Stream() }
    connections.set(port, connection)
  }
  const payload = frame.subarray(tcpAt + tcp.words * 4, Ethernet.size + ip.totalLength)
  const stream = toTarget ? connection.fromInitiator : connection.fromTarget
  // A SYN takes a sequence number of its own.
  stream.add((tcp.sequence + (tcp.flags & SYN ? 1 : 0)) >>> 0, payload)
}
