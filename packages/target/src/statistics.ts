import { Block, type CounterPlace, declare, type GaugePlace, type Row } from '@lunkit/statistics'
import { checkArgument, checkOptions, object, oneOf } from '@lunkit/wire'
import { type PortalBlock, portalMetrics } from './portal-metrics.ts'
import { ABSENT, DISCOVERY, type SessionBlock, sessionMetrics } from './session-metrics.ts'

const counter = (unit: string, help: string) => ({ kind: 'counter', unit, help }) as const
/** What there is now. */
const gauge = (unit: string, help: string) => ({ kind: 'gauge', unit, help }) as const

/** What the iSCSI target of one thread counts. */
export const targetMetrics = declare({
  name: 'target',
  labels: [],
  metrics: {
    connectionsAccepted: counter('connections', 'connections that were accepted'),
    connectionsRefused: counter('connections', 'connections that were closed at once, because of a limit'),
    connectionsRefusedInAll: counter('connections', 'of them because of `connections`'),
    connectionsRefusedInLogin: counter('connections', 'of them because of `connectionsInLogin`'),
    connectionsRefusedOfSource: counter('connections', 'of them because of `connectionsInLoginPerSource`'),
    acceptsFailed: counter(
      'connections',
      'connections that the system could not hand over, for want of descriptors or memory',
    ),
    connectionsOpen: gauge('connections', 'connections there are now'),
    connectionsInLogin: gauge('connections', 'connections there are now that have not logged in'),
    connectionsDropped: counter('connections', 'connections that ended without a logout after their login'),
    sessionsOpen: gauge('sessions', 'normal sessions there are now'),
    sessionsStarted: counter('sessions', 'normal sessions that logged in'),
    sessionsReinstated: counter('sessions', 'normal sessions that a new login of the same initiator port replaced'),
    connectionsReinstated: counter('connections', 'connections that took the place of another one in its session'),
    discoverySessionsStarted: counter('sessions', 'discovery sessions that logged in'),
    logouts: counter('logouts', 'Logout Requests that were served'),
    loginsRedirected: counter('logins', 'logins answered with status class 1'),
    loginsInitiatorError: counter('logins', 'logins answered with status class 2'),
    loginsAuthenticationFailed: counter('logins', 'logins answered with 0201, authentication failure'),
    loginsAuthorizationFailed: counter('logins', 'logins answered with 0202, authorization failure'),
    loginsTargetError: counter('logins', 'logins answered with status class 3'),
    loginsDisplaced: counter('connections', 'connections that had not logged in and gave their place to another one'),
    loginsAnsweredEarly: counter(
      'logins',
      'logins with a wrong name or secret whose answer did not wait as long as others, because of `failedLoginsHeld` or `connections`',
    ),
    loginsTooLong: counter('logins', 'logins refused because they took more requests than `loginRequests`'),
    textsTooLong: counter('texts', 'texts refused because of `textBytes` or `textKeys`, in login and after it'),
    loginsTimedOut: counter('connections', 'connections that ended because their login took too long'),
    pdusIn: counter('pdus', 'PDUs received'),
    pdusOut: counter('pdus', 'PDUs sent'),
    bytesIn: counter('bytes', 'bytes received'),
    bytesOut: counter('bytes', 'bytes handed to sockets'),
    commands: counter('commands', 'SCSI commands delivered'),
    commandsAborted: counter('commands', 'SCSI commands that were terminated without a result of their own'),
    commandsRefusedForMemory: counter(
      'commands',
      'SCSI commands ended with BUSY because there was no memory for their data',
    ),
    requestsRefusedForMemory: counter(
      'requests',
      'pings and texts rejected because there was no memory for their data',
    ),
    immediateCommandsRefused: counter('commands', 'SCSI commands rejected because of `immediateCommands`'),
    managementFunctionsRefused: counter(
      'functions',
      'task management functions rejected because of `managementFunctions`',
    ),
    turnsCut: counter(
      'turns',
      'times that a connection had to wait for the others after `pdusPerTurn` PDUs or `outputBytesPerTurn`',
    ),
    pdusIgnored: counter(
      'commands',
      'commands outside the command window, or twice in it, which RFC 7143 4.2.2.1 has ignored',
    ),
    pdusRejected: counter('pdus', 'Reject PDUs sent'),
    headerDigestErrors: counter('digests', 'header digests that were wrong'),
    dataDigestErrors: counter('digests', 'data digests that were wrong'),
    formatErrors: counter('connections', 'connections that ended because a PDU could not be followed'),
    dataOutErrors: counter('commands', 'commands ended because their data-out broke a rule'),
    dataOutTimeouts: counter('commands', 'commands ended because their data-out did not come'),
    managementFunctions: counter('functions', 'task management functions run'),
    abortWaitsGivenUp: counter(
      'functions',
      'task management functions that were answered because of `abortWaitMs`, with data still owed',
    ),
    r2tsSent: counter('pdus', 'R2T PDUs sent'),
    pingsSent: counter('pdus', 'NOP-Ins sent that ask for an answer'),
    pingsUnanswered: counter(
      'connections',
      'connections that ended because a NOP-In was not answered, or nothing was read',
    ),
    discoveryIdled: counter('sessions', 'discovery sessions that ended because of `discoveryIdleMs`'),
    connectionsUnread: counter(
      'connections',
      'times that a connection was not read because its peer did not read, by `outputBytes`',
    ),
    connectionsOverOutput: counter('connections', 'connections that ended because of `outputBytesAtMost`'),
    connectionsLingered: counter(
      'connections',
      'connections that the target had ended and that their peers did not close in `lingerMs`',
    ),
    dataOutHeldBytes: gauge('bytes', 'bytes of data-out that sessions hold in transfer memory now'),
    dataInHeldBytes: gauge('bytes', 'bytes of data-in that sessions have read, or may read, and not sent now'),
    outputQueuedBytes: gauge('bytes', 'bytes of PDUs composed that sockets have not taken now'),
    windowsHeldBack: counter('windows', 'times that a command window was held back for want of memory'),
    faults: counter('connections', 'connections that ended because of a bug of the target'),
  },
})

/** The name of a counter. */
export type TargetCounter = keyof typeof targetMetrics.metrics
/** The memory that they are counted in. */
type TargetBlock = Block<never, typeof targetMetrics.metrics>

const NAMES = Object.keys(targetMetrics.metrics) as TargetCounter[]
/** Where each counter lies in its row. */
export const Counter = targetMetrics.at

const COUNTER = oneOf(NAMES)
const blockOf = (declaration: object, name: string) =>
  object(`a block of ${name}`, block => block instanceof Block && block.declaration === declaration)
const BLOCKS = {
  target: blockOf(targetMetrics, 'targetMetrics'),
  portals: blockOf(portalMetrics, 'portalMetrics'),
  sessions: blockOf(sessionMetrics, 'sessionMetrics'),
}

/** What the iSCSI target of one thread is counted in. */
export interface TargetBlocks {
  /** All together. */
  readonly target: TargetBlock
  /** By portal. */
  readonly portals: PortalBlock
  /** By target. */
  readonly sessions: SessionBlock
}

/** The counters of the iSCSI target of one thread, in memory that others may read at any time. */
export class TargetStatistics {
  readonly blocks: TargetBlocks
  readonly #row: Row

  /**
   * Blocks that are left out are its own.
   * @throws {TypeError} for what are no blocks of `targetMetrics`, `portalMetrics` and `sessionMetrics`.
   */
  constructor(blocks: Partial<TargetBlocks> = {}) {
    checkOptions('TargetStatistics', blocks, BLOCKS)
    const {
      target = new Block(targetMetrics),
      portals = new Block(portalMetrics),
      sessions = new Block(sessionMetrics),
    } = blocks
    this.blocks = { target, portals, sessions }
    this.#row = target.row({})
    // They are there whoever comes.
    for (const name of [ABSENT, DISCOVERY]) this.sessionRow(name)
  }

  /** @internal the row of a portal; whoever has it gives it back */
  portalRow(portal: string): Row {
    return this.blocks.portals.row({ portal })
  }

  /** @internal the row of the sessions with a target; whoever has it gives it back */
  sessionRow(target: string): Row {
    return this.blocks.sessions.row({ target })
  }

  /** Adds to a counter; a negative number for those that count what there is now. */
  add(counter: CounterPlace | GaugePlace, n = 1): void {
    this.#row.add(counter, n)
  }

  /**
   * What a counter says now.
   * @throws {TypeError} or {RangeError} for what is no counter.
   */
  get(name: TargetCounter): number {
    checkArgument('TargetStatistics.get: name', name, COUNTER)
    return this.#row.get(Counter[name])
  }

  /** All counters by name. */
  read(): Record<TargetCounter, number> {
    return Object.fromEntries(NAMES.map(name => [name, this.get(name)])) as Record<TargetCounter, number>
  }
}
