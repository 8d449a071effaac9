import { checkArgument, object } from '@lunkit/wire'
import { addressed, connect, randomIsid } from '../connect.ts'
import { type ConnectOptions, checkConnectOptions, type UrlConnectOptions } from '../connect-options.ts'
import { processTimers } from '../timers.ts'
import { LastingSession } from './lasting-session.ts'
import { checkReconnectOptions, type ReconnectOptions } from './reconnect-options.ts'
import { Reconnection } from './reconnection.ts'

/** What `keepConnected` takes beside what `connect` does. */
export interface LastingOptions {
  /** How a session that was lost is made again. */
  readonly reconnect?: ReconnectOptions
}

/**
 * Connects as `connect` does, and connects again, after a while, whenever the session is lost. The same identifier is used each time, so that
 * a target ends what is left of the lost session before there is another (RFC 7143 6.3.5).
 * @throws as `connect`, for the first session.
 */
export async function keepConnected(options: ConnectOptions & LastingOptions): Promise<LastingSession>
export async function keepConnected(
  url: string | URL,
  options?: UrlConnectOptions & LastingOptions,
): Promise<LastingSession>
export async function keepConnected(
  to: (ConnectOptions & LastingOptions) | string | URL,
  more: UrlConnectOptions & LastingOptions = {},
): Promise<LastingSession> {
  const given = typeof to === 'string' || to instanceof URL ? addressed(to, more) : to
  checkArgument('keepConnected', given, object())
  const { reconnect = {}, ...asked } = given as ConnectOptions & LastingOptions
  checkConnectOptions(asked)
  checkReconnectOptions(reconnect)
  const { timers = processTimers, signal } = asked
  const options = { ...asked, isid: asked.isid ?? randomIsid() }
  const reconnection = new Reconnection(options, reconnect, timers, connect)
  return new LastingSession({ options, reconnect, reconnection, timers, first: await reconnection.login(signal) })
}
