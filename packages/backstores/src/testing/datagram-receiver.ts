import { createRequire } from 'node:module'
import type { Koffi } from '../native/koffi.ts'

const AF_UNIX = 1
const SOCK_DGRAM = 2
const MSG_DONTWAIT = 0x40
const MOST_BYTES = 65_536

/** A datagram socket of unix(7), which Node has none of. `path` begins with @ for an abstract name. */
export class DatagramReceiver {
  readonly #koffi = createRequire(import.meta.url)(`@koromix/koffi-linux-${process.arch}`) as Koffi
  readonly #library = this.#koffi.load(null)
  readonly #fd: number

  constructor(path: string) {
    const name = path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`
    const address = Uint8Array.of(AF_UNIX, 0, ...Buffer.from(name))
    this.#fd = this.#call('socket', ['int', 'int', 'int'], AF_UNIX, SOCK_DGRAM, 0)
    const bound = this.#call('bind', ['int', 'uintptr_t', 'int'], this.#fd, this.#addressOf(address), address.length)
    if (bound < 0) throw new Error(`${path} cannot be bound: errno ${this.#koffi.errno()}`)
  }

  /** The next datagram that has come; undefined: none has. */
  next(): string | undefined {
    const bytes = new Uint8Array(new ArrayBuffer(MOST_BYTES))
    const parameters = ['int', 'uintptr_t', 'int', 'int']
    const received = this.#call('recv', parameters, this.#fd, this.#addressOf(bytes), bytes.length, MSG_DONTWAIT)
    return received < 0 ? undefined : Buffer.from(bytes.subarray(0, received)).toString()
  }

  close(): void {
    this.#call('close', ['int'], this.#fd)
  }

  #addressOf(bytes: Uint8Array): number {
    return Number(this.#koffi.address(bytes))
  }

  #call(name: string, parameters: readonly string[], ...given: readonly number[]): number {
    return this.#library.func(name, 'int', parameters)(...given)
  }
}
