import type { CallName, Given, ResultOf, routes } from '@lunkit/control/client'
import { type Counted, countedIn } from './counted.ts'

/** What lunkitd said at a time. */
export interface Reading {
  readonly status: ResultOf<'status'>
  readonly inventory: ResultOf<'inventory'>
  readonly refusals: ResultOf<'refusals'>['refusals']
  /** When a session began, by {@link sessionKey}; not of all where they are many. */
  readonly since: ReadonlyMap<string, string>
  /** By storage object: fileio/disk0. */
  readonly units: ReadonlyMap<string, Counted>
  /** By {@link initiatorKey}. */
  readonly initiators: ReadonlyMap<string, Counted>
  /** Seconds: up to where each bucket of durations goes. */
  readonly bounds: readonly number[]
}

/** A method that changes nothing and tells no secret: whoever may read only may call it. */
type ReadingMethod = {
  [M in CallName]: (typeof routes)[M]['access'] extends 'reads' ? M : never
}[CallName]
/** What the page asks. */
export type AskedMethod = Extract<ReadingMethod, 'status' | 'inventory' | 'refusals' | 'sessions' | 'counters'>

/** As much of a client as the page has. */
export interface ReadingClient {
  call<M extends AskedMethod>(name: M, ...given: Given<M>): Promise<ResultOf<M>>
}

type Session = ResultOf<'inventory'>['sessions'][number]
type SessionName = Pick<Session, 'target' | 'initiator' | 'tsih' | 'address'>

/** What a session is known by. */
export const sessionKey = ({ target, initiator, tsih, address }: SessionName): string =>
  [target, initiator, tsih, address].join('\n')

/** What an initiator at a target is known by. */
export const initiatorKey = ({ target, initiator }: Pick<Session, 'target' | 'initiator'>): string =>
  [target, initiator].join('\n')

/** So many refusals are read. */
const REFUSALS = 200
/** Where there are more sessions, what each of them costs lunkitd to tell in full is not worth when it began. */
const SESSIONS_IN_FULL = 200

/** Reads lunkitd. Sessions are read in full only when others are there than before. */
export class DaemonReader {
  readonly #client: ReadingClient
  #known = ''
  #since: ReadonlyMap<string, string> = new Map()

  /** Reads nothing yet. */
  constructor(client: ReadingClient) {
    this.#client = client
  }

  /** What it says now. @throws {NoDaemonError} where none answers. */
  async read(): Promise<Reading> {
    const client = this.#client
    const [status, inventory, { refusals }, { bounds, blocks }] = await Promise.all([
      client.call('status'),
      client.call('inventory'),
      client.call('refusals', { limit: REFUSALS }),
      client.call('counters'),
    ])
    const block = (wanted: string) => blocks.find(({ name }) => name === wanted) ?? { ...NONE, name: wanted }
    return {
      ...{ status, inventory, refusals, bounds },
      since: await this.#sinceOf(inventory),
      units: countedIn(block('unit'), ({ unit = '' }) => named(unit, unit)),
      initiators: countedIn(block('nexus'), ({ target = '', initiator = '' }) =>
        named(initiator, initiatorKey({ target, initiator })),
      ),
    }
  }

  async #sinceOf({ sessions }: Reading['inventory']): Promise<Reading['since']> {
    const known = sessions.length > SESSIONS_IN_FULL ? '' : sessions.map(sessionKey).join('\n\n')
    if (known === this.#known) return this.#since
    const told = known === '' ? [] : (await this.#client.call('sessions')).sessions
    this.#since = new Map(
      told.map(({ target, initiator, tsih, remote, since }) => [
        sessionKey({ target: target ?? '', initiator, tsih, address: remote }),
        since,
      ]),
    )
    this.#known = known
    return this.#since
  }
}

const NONE = { labels: [], cells: [], rows: [] }
/** What has gone, and what has no name of its own, is told under names like `_ended`. */
const named = (name: string, key: string): string | undefined => (name.startsWith('_') ? undefined : key)
