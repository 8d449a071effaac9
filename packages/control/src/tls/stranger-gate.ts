import { isIPv6 } from 'node:net'

/** How many strangers come at once, and how many a second after that: from one address, and from all. */
const OF_ONE = { most: 32, perSecond: 2 } as const
const OF_ALL = { most: 64, perSecond: 20 } as const
/** Above so many addresses those are forgotten from which nobody came for a while. */
const MANY_ADDRESSES = 512

interface Rate {
  readonly most: number
  readonly perSecond: number
}

/** What is left of a rate. */
class Allowance {
  readonly #rate: Rate
  #left: number
  #atMs: number

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate
    this.#left = rate.most
    this.#atMs = nowMs
  }

  left(nowMs: number): number {
    const { most, perSecond } = this.#rate
    this.#left = Math.min(most, this.#left + ((nowMs - this.#atMs) / 1000) * perSecond)
    this.#atMs = nowMs
    return this.#left
  }

  take(): void {
    this.#left--
  }

  giveBack(): void {
    this.#left++
  }
}

/**
 * Bounds what strangers make a listener do: a handshake takes a millisecond or more of the thread that serves initiators. Who shows
 * a token is none, and has not counted.
 */
export class StrangerGate {
  readonly #nowMs: () => number
  readonly #all: Allowance
  readonly #byAddress = new Map<string, Allowance>()

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
    this.#all = new Allowance(OF_ALL, nowMs())
  }

  /** From how many it knows that somebody came. */
  get addresses(): number {
    return this.#byAddress.size
  }

  /** Whether one who comes from an address is let in. */
  admits(address: string): boolean {
    const nowMs = this.#nowMs()
    const network = networkOf(address)
    const own = this.#byAddress.get(network) ?? new Allowance(OF_ONE, nowMs)
    if (own.left(nowMs) < 1 || this.#all.left(nowMs) < 1) return false
    own.take()
    this.#all.take()
    this.#byAddress.set(network, own)
    if (this.#byAddress.size > MANY_ADDRESSES) this.#forget(nowMs)
    return true
  }

  /** One who came from there has shown a token. */
  wasNone(address: string): void {
    this.#byAddress.get(networkOf(address))?.giveBack()
    this.#all.giveBack()
  }

  /** At the rate of all no more addresses are ever kept than come in the time in which one is forgotten. */
  #forget(nowMs: number): void {
    for (const [network, own] of this.#byAddress) if (own.left(nowMs) >= OF_ONE.most) this.#byAddress.delete(network)
  }
}

/** Whoever has an address of IPv6 has the 64 bits after it. */
function networkOf(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/, '')
  return isIPv6(mapped) ? firstGroups(mapped) : mapped
}

function firstGroups(address: string): string {
  const [head = [], tail] = address.split('::').map(part => (part === '' ? [] : part.split(':')))
  const missing = tail === undefined ? 0 : 8 - head.length - tail.length
  const zeros = Array.from({ length: missing }, () => '0')
  return [...head, ...zeros, ...(tail ?? [])].slice(0, 4).join(':')
}
