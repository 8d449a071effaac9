import { checkArgument, required, wholeNumber } from '@lunkit/wire'
import { libc } from './libc-access.ts'

/** A process at the other end of a unix socket. */
export interface PeerCredentials {
  readonly pid: number
  readonly uid: number
  readonly gid: number
}

const DESCRIPTOR = required(wholeNumber(0, 2 ** 31 - 1))

/**
 * Who connected a unix socket, as the kernel noted it then (SO_PEERCRED of unix(7)); undefined where the C library cannot be called, or
 * the descriptor is that of no connected unix socket.
 * @throws {TypeError} or {RangeError} for what is no descriptor.
 */
export function peerCredentials(fd: number): PeerCredentials | undefined {
  checkArgument('peerCredentials: fd', fd, DESCRIPTOR)
  const peer = libc()?.peer(fd)
  if (peer === undefined || typeof peer === 'number') return undefined
  const [pid, uid, gid] = peer
  // Of a socket of another family the kernel says process 0, and no user.
  return pid === 0 ? undefined : { pid, uid, gid }
}
