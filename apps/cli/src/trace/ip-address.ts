const IPV6_BYTES = 16

/** A side of a TCP connection. */
export interface Endpoint {
  /** 4 bytes of IPv4, or 16 of IPv6. */
  readonly address: Uint8Array
  readonly port: number
}

/** Reads `192.0.2.1:3260`, or `[2001:db8::1]:3260`. @throws {Error} for what is none: a daemon tells none. */
export function endpointOf(text: string): Endpoint {
  const [, six, four, port] = /^(?:\[([0-9a-f:.]+)(?:%[^\]]*)?\]|([0-9.]+)):(\d+)$/i.exec(text) ?? []
  if (port === undefined) throw new Error(`${text} is no address and port`)
  return { address: four === undefined ? ipv6Bytes(six as string) : ipv4Bytes(four), port: Number(port) }
}

const ipv4Bytes = (text: string): Uint8Array => Uint8Array.from(text.split('.'), Number)

/** RFC 4291 2.2: groups of 16 bits, of which one run of zeros may be left out, and an IPv4 address may be the last two. */
function ipv6Bytes(text: string): Uint8Array {
  const [before = '', after] = text.split('::')
  const first = bytesOf(before)
  const last = bytesOf(after ?? '')
  return Buffer.concat([first, new Uint8Array(IPV6_BYTES - first.length - last.length), last])
}

const GROUP_DIGITS = 4

function bytesOf(groups: string): Uint8Array {
  if (groups === '') return new Uint8Array(0)
  const parts = groups.split(':').map(group => {
    return group.includes('.') ? ipv4Bytes(group) : Buffer.from(group.padStart(GROUP_DIGITS, '0'), 'hex')
  })
  return Buffer.concat(parts)
}
