import { isIP } from 'node:net'

const GROUPS = 8

/** IPv4 as it is written in IPv6, RFC 4291 2.5.5.2. */
const MAPPED = [0, 0, 0, 0, 0, 0xffff]

/**
 * An address of a portal as RFC 4171 6.3.1 has it: IPv6, or IPv4 mapped into it. Undefined for what is no numeric address; an interface of
 * this machine means nothing to others, and makes it none.
 */
export function addressBytes(host: string): Uint8Array | undefined {
  const version = host.includes('%') ? 0 : isIP(host)
  if (version === 0) return undefined
  const groups = version === 4 ? [...MAPPED, ...ipv4Groups(host)] : ipv6Groups(host)
  return Buffer.from(groups.flatMap(group => [group >> 8, group & 0xff]))
}

function ipv4Groups(host: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = host.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

function ipv6Groups(host: string): number[] {
  const [front = '', back = ''] = host.split('::').map(half => half)
  const [head, tail] = [groupsOf(front), groupsOf(back)]
  return [...head, ...new Array<number>(GROUPS - head.length - tail.length).fill(0), ...tail]
}

const groupsOf = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap(group => (group.includes('.') ? ipv4Groups(group) : [Number.parseInt(group, 16)]))
