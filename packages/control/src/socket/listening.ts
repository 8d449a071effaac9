import { once } from 'node:events'
import { chmodSync, chownSync, lstatSync, type Stats, unlinkSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { ControlSocketError } from './control-socket-error.ts'

/** Where a server listens, and who may connect. */
export interface ListenOptions {
  readonly path: string
  /** The number of the group that may; undefined: nobody but the owner. */
  readonly group: number | undefined
  readonly warn: (text: string) => void
}

const OWNER_ONLY = 0o600
const OWNER_AND_GROUP = 0o660

/**
 * @internal Has a server of lunkit listen at a path; answers whether only the owner may connect. The socket is nobody else's at any time.
 * @throws {ControlSocketError} where somebody listens there, or it cannot be made.
 */
export async function listenAt(server: Server, options: ListenOptions): Promise<{ readonly ownerOnly: boolean }> {
  await takeAwayStale(options.path)
  await bind(server, options.path)
  return { ownerOnly: !openToGroup(options) }
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ControlSocketError(path, `cannot be looked at: ${(error as Error).message}`, { cause: error })
  }
}

/** A process that was killed leaves its socket, and nobody listens at it. */
async function takeAwayStale(path: string): Promise<void> {
  const found = lookAt(path)
  if (found === undefined) return
  if (!found.isSocket()) throw new ControlSocketError(path, 'is there, and is no socket')
  const answer = await probe(path)
  if (answer === undefined || answer.code === 'EAGAIN')
    throw new ControlSocketError(path, 'is the socket of another process, which is running', { inUse: true })
  if (answer.code === 'ENOENT') return
  if (answer.code !== 'ECONNREFUSED')
    throw new ControlSocketError(path, `is a socket that cannot be looked at: ${answer.message}`, { cause: answer })
  // Another daemon that starts now may have replaced it meanwhile: that one is not taken away.
  if (lookAt(path)?.ino === found.ino) unlinkSync(path)
}

/** Undefined: somebody answers. */
async function probe(path: string): Promise<NodeJS.ErrnoException | undefined> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return undefined
  } catch (error) {
    return error as NodeJS.ErrnoException
  } finally {
    socket.destroy()
  }
}

async function bind(server: Server, path: string): Promise<void> {
  const listening = once(server, 'listening')
  // A path is bound before listen() returns, so that the socket has this mode from its first moment on.
  const umask = process.umask(0o777 & ~OWNER_ONLY)
  try {
    server.listen({ path })
  } finally {
    process.umask(umask)
  }
  try {
    await listening
  } catch (error) {
    throw new ControlSocketError(path, `cannot be made: ${(error as Error).message}`, { cause: error })
  }
}

function openToGroup({ path, group, warn }: ListenOptions): boolean {
  if (group === undefined) return false
  try {
    chownSync(path, lstatSync(path).uid, group)
    chmodSync(path, OWNER_AND_GROUP)
    return true
  } catch (error) {
    warn(`${path} cannot be given to its group, and only its owner may use it: ${(error as Error).message}`)
    return false
  }
}
