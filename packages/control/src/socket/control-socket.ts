import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { callback, checkOptions, type OptionDomains, required, text, wholeNumber } from '@lunkit/wire'
import { controlLimits } from '../limits.ts'
import { groupId } from './group-id.ts'
import { listenAt } from './listening.ts'

/** What a control socket is made of. */
export interface ControlSocketOptions {
  /** The path of the unix socket; one that nobody listens at any more is replaced. */
  readonly path: string
  /** The group whose members may manage the daemon: `lunkit`. */
  readonly group?: string
  /** Where groups are: `/etc/group`. */
  readonly groupFile?: string
  /** How many may be connected at once: those of {@link controlLimits}. */
  readonly connections?: number
  /** Is told what is not as it should be. */
  readonly warn: (text: string) => void
}

/** What those of them may be that a server takes too. */
export const SOCKET_OPTIONS: OptionDomains = {
  path: required(
    text(
      'a path of at most 107 bytes',
      value => value !== '' && !value.includes('\0') && Buffer.byteLength(value) < 108,
    ),
  ),
  group: text('the name of a group', value => /^[^:\n]+$/.test(value)),
  groupFile: text('a path', value => value !== '' && !value.includes('\0')),
}
const OPTIONS: OptionDomains = {
  ...SOCKET_OPTIONS,
  connections: wholeNumber(1, 2 ** 31 - 1),
  warn: required(callback),
}

/** What is used of a server beyond its public interface. */
interface HandleOwner {
  readonly _handle?: { readonly fd?: number } | null
}

/** Takes a connection over, which has said nothing yet. */
type Take = (connection: Socket) => void

/**
 * The socket of a daemon before there is anything that answers: who connects waits for that. What answers takes some time and memory to
 * load, node:http among it, which a daemon that nobody asks anything need not spend.
 */
export class ControlSocket {
  readonly path: string
  /** Whether nobody but its owner can connect. */
  readonly ownerOnly: boolean
  /** Resolves when somebody has connected. */
  readonly called: Promise<void>
  readonly #server: Server
  readonly #waiting: Socket[] = []
  #take: Take = connection => void this.#waiting.push(connection)

  private constructor({ path, ownerOnly }: { readonly path: string; readonly ownerOnly: boolean }, server: Server) {
    this.path = path
    this.ownerOnly = ownerOnly
    this.#server = server
    this.called = once(server, 'connection').then(() => undefined)
    server.on('connection', (connection: Socket) => this.#take(connection))
  }

  /**
   * Makes the socket, 0660 for its group or 0600 where there is none.
   * @throws {TypeError} or {RangeError} for a wrong option. {ControlSocketError} where somebody listens there, or it cannot be made.
   */
  static async open(options: ControlSocketOptions): Promise<ControlSocket> {
    checkOptions('ControlSocket.open', options, OPTIONS)
    const { path, connections = controlLimits.connections, warn } = options
    const server = createServer({ pauseOnConnect: true })
    server.maxConnections = connections
    const { ownerOnly } = await listenAt(server, { path, group: groupOf(options), warn })
    return new ControlSocket({ path, ownerOnly }, server)
  }

  /** The descriptor of what listens; undefined where Node does not tell it, or nothing does any more. */
  get descriptor(): number | undefined {
    const { _handle: handle } = this.#server as unknown as HandleOwner
    return handle?.fd === undefined || handle.fd < 0 ? undefined : handle.fd
  }

  /** @internal how many are connected */
  get connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    })
  }

  /** @internal has connections taken over, those that wait too */
  giveTo(take: Take): void {
    this.#take = take
    for (const connection of this.#waiting.splice(0)) take(connection)
  }

  /** Takes the socket away, and cuts off who waits; resolves when nobody is connected any more. */
  async close(): Promise<void> {
    for (const connection of this.#waiting.splice(0)) connection.destroy()
    this.#take = connection => void connection.destroy()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }
}

function groupOf({ group = 'lunkit', groupFile, path, warn }: ControlSocketOptions): number | undefined {
  const id = groupId(group, groupFile)
  if (id === undefined) warn(`there is no group ${group}: only the owner of ${path} may manage lunkitd`)
  return id
}
