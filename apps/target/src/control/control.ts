import { mkdir } from 'node:fs/promises'
import { flushCompileCache } from 'node:module'
import { dirname } from 'node:path'
import { ControlSocket, ControlSocketError, loadServer } from '@lunkit/control/socket'
import type { Logger } from '../log/logger.ts'
import type { ControlPath } from '../options.ts'
import { readVersion } from '../version.ts'
import type { ControlParts } from './control-parts.ts'
import type { OpenControlServer } from './control-server.ts'
import { ControlTls } from './control-tls.ts'
import { ControlUnusable } from './control-unusable.ts'

/** Others than root may go through it to the socket, which has a mode of its own. */
const DIRECTORY_MODE = 0o755
/** What has been asked for has this long when lunkitd ends, half of what an end may take. */
const CLOSE_MS = 5000

/**
 * The control API of lunkitd. Its socket is there from the start; what answers is loaded when somebody connects first, since that takes
 * some 30 MiB and a quarter of a second.
 */
export class Control {
  /** Undefined: nobody manages it by TLS. */
  readonly tls: ControlTls | undefined
  readonly #socket: ControlSocket
  readonly #log: Logger
  #server: Promise<OpenControlServer | undefined> | undefined
  #closed = false

  private constructor(
    socket: ControlSocket,
    { tls, log }: { readonly tls: ControlTls | undefined; readonly log: Logger },
  ) {
    this.#socket = socket
    this.tls = tls
    this.#log = log
  }

  /**
   * Makes the socket, and listens by TLS where that is asked for; undefined where the socket cannot be made and nobody has named it, nor
   * asked for TLS, which is said, quietly to who would not miss it.
   * @throws {ControlUnusable} where it was named, or TLS was asked for and cannot be had.
   */
  static async open(
    place: ControlPath,
    log: Logger,
    { quiet = false }: { readonly quiet?: boolean } = {},
  ): Promise<Control | undefined> {
    const socket = await Control.#openSocket(place, log, quiet)
    if (socket === undefined) return undefined
    try {
      return new Control(socket, { tls: place.tls && (await ControlTls.open(place.tls, log)), log })
    } catch (error) {
      await socket.close()
      throw error
    }
  }

  static async #openSocket(
    { path, named, tls }: ControlPath,
    log: Logger,
    quiet: boolean,
  ): Promise<ControlSocket | undefined> {
    try {
      // Where nobody has said a path, there is nobody who would have made its directory; systemd does.
      if (!named) await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE })
      const notes: string[] = []
      const socket = await ControlSocket.open({ path, warn: note => notes.push(note) })
      log.info(
        { event: 'controlSocket', control: path, ownerOnly: socket.ownerOnly },
        [`control socket ${path}`, ...notes].join('; '),
      )
      return socket
    } catch (error) {
      const why = (error as Error).message
      const inUse = error instanceof ControlSocketError && error.inUse
      if (named || tls) throw new ControlUnusable(`the control socket ${why}`, { inUse, cause: error })
      log[quiet ? 'info' : 'warn'](
        { event: 'noControlSocket', control: path, err: error },
        `there is no control socket, lunkitd serves without one: ${why}`,
      )
      return undefined
    }
  }

  /** Where it is. */
  get path(): string {
    return this.#socket.path
  }

  /** The descriptor of what listens there; undefined where nobody knows. */
  get descriptor(): number | undefined {
    return this.#socket.descriptor
  }

  /** Whether nobody but the owner of the socket can connect. */
  get ownerOnly(): boolean {
    return this.#socket.ownerOnly
  }

  /** Answers from now on, to those who wait too. */
  serve(parts: ControlParts): void {
    const called = [this.#socket.called, ...(this.tls ? [this.tls.listener.called] : [])]
    void Promise.race(called).then(() => {
      if (!this.#closed) this.#server = this.#loaded(parts)
    })
  }

  /** Takes no more; resolves when what was asked for is done, or its time is over. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#server === undefined) await this.#closeListening()
    else await (await this.#server)?.close()
  }

  async #closeListening(): Promise<void> {
    await Promise.all([this.#socket.close(), this.tls?.listener.close()])
  }

  /** What cannot be loaded is said, and ends nothing that is served. */
  async #loaded(parts: ControlParts): Promise<OpenControlServer | undefined> {
    try {
      return await this.#load(parts)
    } catch (error) {
      const { path } = this.#socket
      this.#log.error(
        { event: 'controlNotAnswered', control: path, err: error },
        `nobody answers at ${path}: ${(error as Error).message}`,
      )
      await this.#closeListening()
      return undefined
    }
  }

  async #load(parts: ControlParts): Promise<OpenControlServer> {
    await loadServer()
    const { openControlServer } = await import('./control-server.ts')
    const server = await openControlServer(parts, {
      socket: this.#socket,
      ...(this.tls && { tls: this.tls.listener }),
      version: readVersion(),
      limits: { closeMs: CLOSE_MS },
      log: this.#log,
    })
    flushCompileCache()
    return server
  }
}
