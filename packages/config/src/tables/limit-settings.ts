import type { Kind } from '../schema/kind.ts'
import { objectOf, onlyKnown, wholeNumber } from '../schema/kind.ts'

/** One limit that an administrator may set, declared once. What holds where it is not set, the target knows. */
export interface LimitRow<N extends string = string> {
  /** The limit of the target that it sets; `transferMemoryBytes` is the server's own. */
  readonly sets: N
  readonly least: number
  readonly most: number
  /** What it bounds, in a line. */
  readonly meaning: string
}

const MIB = 2 ** 20
const MOST_CONNECTIONS = 65_535
const PIECE_BYTES = 262_144

/** The limits against abuse under `lunkit.limits`; names end in their unit where they do not count things. */
export const limitSettings = {
  connections: row('connections', 1, MOST_CONNECTIONS, 'connections in all'),
  connections_in_login: row('connectionsInLogin', 1, MOST_CONNECTIONS, 'connections that have not logged in'),
  connections_in_login_per_source: row(
    'connectionsInLoginPerSource',
    1,
    MOST_CONNECTIONS,
    'the same from one source address',
  ),
  login_requests: row('loginRequests', 6, 65_535, 'Login Requests that one login may take'),
  failed_login_delay_ms: row(
    'failedLoginDelayMs',
    0,
    60_000,
    'milliseconds for which the answer to a wrong name or secret waits',
  ),
  failed_logins_held: row('failedLoginsHeld', 0, MOST_CONNECTIONS, 'such answers that wait'),
  text_bytes: row('textBytes', 8192, MIB, 'bytes of one text, in login and in Text Requests, over all its PDUs'),
  text_keys: row('textKeys', 32, 4096, 'keys of one text'),
  pdus_per_turn: row('pdusPerTurn', 1, 65_536, 'PDUs of one connection before the others have their turn'),
  output_bytes_per_turn: row(
    'outputBytesPerTurn',
    65_536,
    1024 * MIB,
    'bytes of output that those may bring about before that, and that its socket takes',
  ),
  immediate_commands: row('immediateCommands', 1, 512, 'immediate commands of a session at a time'),
  management_functions: row('managementFunctions', 1, 4096, 'task management functions of a session at a time'),
  abort_wait_ms: row(
    'abortWaitMs',
    0,
    60_000,
    'milliseconds that a function which ended tasks waits for their data while none comes',
  ),
  outstanding_r2ts: row('outstandingR2Ts', 1, 65_535, 'R2Ts that a command may have outstanding'),
  data_out_bytes: row('dataOutBytes', PIECE_BYTES, 1024 * MIB, 'bytes of written data that a session may hold'),
  data_in_bytes: row(
    'dataInBytes',
    PIECE_BYTES,
    1024 * MIB,
    'bytes of read data that a session may have read and not sent',
  ),
  output_bytes: row('outputBytes', 65_536, 64 * MIB, 'other output in bytes from which on a connection is not read'),
  output_bytes_in_all: row('outputBytesInAll', MIB, 4096 * MIB, 'the same of all connections together'),
  output_bytes_at_most: row(
    'outputBytesAtMost',
    65_536,
    64 * MIB,
    'bytes of output beyond that at which a connection ends',
  ),
  discovery_idle_ms: row('discoveryIdleMs', 1000, 3_600_000, 'milliseconds that a discovery session may be idle'),
  linger_ms: row('lingerMs', 100, 60_000, 'milliseconds that a peer may take to close a connection that was ended'),
  transfer_memory_bytes: row(
    'transferMemoryBytes',
    16 * MIB,
    2048 * MIB,
    'bytes of data on its way, of all sessions together',
  ),
} as const

/** The name of a limit in the file. */
export type LimitSetting = keyof typeof limitSettings
/** The names that limits have where they are set. */
export type LimitName = (typeof limitSettings)[LimitSetting]['sets']
/** The limits that an administrator has set. */
export type LimitSettings = { readonly [K in LimitSetting]?: number }

type LimitKinds = { readonly [K in LimitSetting]: Kind<number> }

/** The kind of `lunkit.limits`. A name that is not known is a problem: who sets a limit relies on it. */
export const limitsKind = onlyKnown(
  objectOf('limits', {
    required: {},
    optional: Object.fromEntries(
      Object.entries(limitSettings).map(([name, { least, most }]) => [name, wholeNumber(least, most)]),
    ) as LimitKinds,
  }),
)

function row<const N extends string>(
  sets: N,
  ...[least, most, meaning]: readonly [least: number, most: number, meaning: string]
): LimitRow<N> {
  return { sets, least, most, meaning }
}
