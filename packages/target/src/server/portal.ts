import { type AddressInfo, createServer, isIPv6, type Server } from 'node:net'
import { AdoptedSocket } from './adopted-socket.ts'
import type { PortalAddress } from './portal-address.ts'

/**
 * How many connections the system keeps that were not accepted yet, where `net.core.somaxconn` allows it: beyond them an
 * initiator waits a second and longer before it tries again, however quickly a flood was dealt with.
 */
const BACKLOG = 4096

/** Whom a portal tells of connections. */
export type PortalListener = (socket: AdoptedSocket, portal: Portal) => void

/** An address and port on which initiators are listened to. */
export class Portal {
  /** As it was asked for. */
  readonly asked: PortalAddress
  readonly #server: Server
  readonly #failed: (error: Error) => void
  #address: PortalAddress | undefined

  /** `failed` hears of connections that the system could not hand over. */
  constructor(asked: PortalAddress, listener: PortalListener, failed: (error: Error) => void) {
    this.asked = asked
    this.#failed = failed
    this.#server = createServer({ pauseOnConnect: true }, accepted => listener(new AdoptedSocket(accepted), this))
  }

  /** Where it listens; undefined while it does not. */
  get address(): PortalAddress | undefined {
    return this.#address
  }

  /**
   * Begins to listen; for IPv6 addresses only, where IPv4 has a portal of its own.
   * @throws the system's error, such as EADDRINUSE or EADDRNOTAVAIL.
   */
  async open({ ipv6Only }: { ipv6Only: boolean }): Promise<PortalAddress> {
    const { host, port } = this.asked
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port, backlog: BACKLOG, ipv6Only: ipv6Only && isIPv6(host) }, () => {
        this.#server.removeListener('error', reject)
        resolve()
      })
    })
    const { port: actual } = this.#server.address() as AddressInfo
    this.#address = { host, port: actual }
    // What can fail after this concerns one connection that was about to be accepted, and that was closed instead.
    this.#server.on('error', this.#failed)
    return this.#address
  }

  /** Stops listening. Connections that came before stay. */
  close(): void {
    this.#address = undefined
    this.#server.close()
  }
}
