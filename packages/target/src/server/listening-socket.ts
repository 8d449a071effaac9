import { type AddressInfo, createServer } from 'node:net'
import { AdoptedSocket } from './adopted-socket.ts'
import { canonicalAddress, type PortalAddress } from './portal-address.ts'

/**
 * How many connections the system keeps that were not accepted yet, where `net.core.somaxconn` allows it: beyond them an
 * initiator waits a second and longer before it tries again, however quickly a flood was dealt with.
 */
const BACKLOG = 4096

/** A socket that initiators connect to. */
export interface ListeningSocket {
  /** Where it listens, with the port that was found. */
  readonly address: PortalAddress
  /** Stops listening. Connections that came before stay. */
  close(): void
}

/** Whom a socket tells of connections. */
interface SocketListener {
  readonly accepted: (socket: AdoptedSocket) => void
  /** The system could not hand a connection over, and has closed it. */
  readonly failed: (error: Error) => void
}

/**
 * Begins to listen; at `::` for IPv4 too.
 * @throws the system's error, such as EADDRINUSE or EADDRNOTAVAIL.
 */
export type Listen = (address: PortalAddress, listener: SocketListener) => Promise<ListeningSocket>

/** Listens by TCP. */
export const listenTcp: Listen = async ({ host, port }, { accepted, failed }) => {
  const server = createServer({ pauseOnConnect: true }, socket => accepted(new AdoptedSocket(socket)))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: BACKLOG, ipv6Only: false }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  // What can fail after this concerns one connection that was about to be accepted, and that was closed instead.
  server.on('error', failed)
  const found = server.address() as AddressInfo
  return {
    address: canonicalAddress({ host: found.address, port: found.port }),
    close: () => server.close(),
  }
}
