import { createServer, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { ControlLimits } from '../limits.ts'

/** Milliseconds between looks for requests that come too slowly. */
const LOOK_EVERY_MS = 1000

/** A server of HTTP that listens nowhere: connections are given to it, as of cluster's workers. */
export function givenServer({ headerBytes, requestMs, idleMs }: ControlLimits, handler: RequestListener): Server {
  const options = {
    maxHeaderSize: headerBytes,
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, requestMs),
  }
  const server = createServer(options, handler)
  // With this Node's server begins to look for requests that are too slow.
  server.emit('listening')
  return server
}

/** Gives a server a connection that was paused when it came. */
export function give(server: Server, connection: Socket): void {
  server.emit('connection', connection)
  connection.resume()
}
