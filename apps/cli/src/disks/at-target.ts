import type { Session } from '@lunkit/initiator'
import { connect, DEFAULT_INITIATOR_NAME } from '@lunkit/initiator'
import type { Context } from '../commands/command.ts'
import { misused } from '../refusal.ts'
import type { LoginPlace } from './target-place.ts'
import { interruption, loginRefusal, sessionRefusal } from './target-refusal.ts'

/** How all commands that log in do so. */
export interface LoginGiven {
  readonly initiator_name?: string
}

/** Who the initiator is. */
export const initiatorOf = ({ initiator_name = DEFAULT_INITIATOR_NAME }: LoginGiven): string => initiator_name

/** What surrounds a command that talks to targets. @throws {Refusal} where nobody could interrupt it. */
export function dataOf({ data }: Pick<Context, 'data'>): NonNullable<Context['data']> {
  if (data !== undefined) return data
  throw misused('This is done by lunkit itself, and not for targetcli', 'Right is lunkit, at a command line.')
}

/** A session. @throws {Refusal} where there is none. */
export async function loggedIn(
  { host, port, target, auth, offers }: LoginPlace & { readonly target: string },
  given: LoginGiven,
  signal: AbortSignal,
): Promise<Session> {
  const initiatorName = initiatorOf(given)
  try {
    return await connect({ host, port, target, auth, offers, initiatorName, signal })
  } catch (error) {
    throw signal.aborted ? interruption() : loginRefusal(error, { target, initiator: initiatorName })
  }
}

/** Does something in a session, which ends by logout whatever comes of it. @throws {Refusal} */
export async function atTarget<T>(
  session: Session,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  try {
    return await work(session)
  } catch (error) {
    throw signal.aborted && error === signal.reason ? interruption() : sessionRefusal(error)
  } finally {
    await session.close()
  }
}
