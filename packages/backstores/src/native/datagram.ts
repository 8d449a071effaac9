import { checkArgument, required, text } from '@lunkit/wire'
import { errorName } from './errno.ts'
import { libc } from './libc-access.ts'

/** What became of a datagram. */
export interface DatagramOutcome {
  readonly sent: boolean
  /** The name of the error for which it was not: EAGAIN where whoever is to have it is behind. */
  readonly code: string | undefined
}

const AF_UNIX = 1
/** `sun_family` of `struct sockaddr_un`, 16 bits in the order of the machine, and the size of `sun_path` behind it. */
const FAMILY_BYTES = 2
const MOST_PATH_BYTES = 108

const isAddress = (path: string): boolean =>
  path !== '' && path !== '@' && !path.includes('\0') && Buffer.byteLength(path) < MOST_PATH_BYTES
const ADDRESS = required(text('a path of at most 107 bytes, or @ and a name', isAddress))
const DATAGRAM = required(text())

/**
 * Sends a datagram to a unix socket, which Node has no sockets for: at a path, or of an abstract name (unix(7)), which is written with @
 * before it. It goes at once or not at all; undefined where the C library cannot be called.
 * @throws {TypeError} or {RangeError} for what is no path or no text.
 */
export function sendDatagram(path: string, datagram: string): DatagramOutcome | undefined {
  checkArgument('sendDatagram: path', path, ADDRESS)
  checkArgument('sendDatagram: datagram', datagram, DATAGRAM)
  const library = libc()
  if (library === undefined) return undefined
  const [bytes, address] = [inPlace(Buffer.from(datagram)), inPlace(socketAddress(path))]
  const range = ({ buffer, byteLength }: Uint8Array) => ({
    address: library.addressOf(buffer),
    lengthBytes: byteLength,
  })
  const returned = library.sendDatagram(range(bytes), range(address))
  return returned < 0 ? { sent: false, code: errorName(-returned) } : { sent: true, code: undefined }
}

/** A `struct sockaddr_un`. The name of an abstract socket begins with a zero byte and ends where the address ends. */
function socketAddress(path: string): Uint8Array {
  const isAbstract = path.startsWith('@')
  const name = Buffer.from(isAbstract ? `\0${path.slice(1)}` : `${path}\0`)
  const address = Buffer.alloc(FAMILY_BYTES + name.length)
  address.set(new Uint8Array(new Uint16Array([AF_UNIX]).buffer))
  address.set(name, FAMILY_BYTES)
  return address
}

/** A copy in a buffer of its own, which does not move. */
function inPlace(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new ArrayBuffer(Math.max(bytes.length, 1)), 0, bytes.length)
  copy.set(bytes)
  return copy
}
