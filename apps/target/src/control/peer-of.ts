import type { Socket } from 'node:net'
import { type PeerCredentials, peerCredentials } from 'lunkit'

/** What is used of a socket beyond its public interface: Node tells no descriptor. */
interface HandleOwner {
  readonly _handle?: { readonly fd?: number } | null
}

/** The process that has connected to a unix socket; undefined where nobody can tell, or it is gone. */
export function peerOf(socket: Socket): PeerCredentials | undefined {
  const fd = (socket as unknown as HandleOwner)._handle?.fd
  return fd === undefined || fd < 0 ? undefined : peerCredentials(fd)
}
