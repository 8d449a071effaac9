import { checkArgument, object, oneOf } from '@lunkit/wire'

/** What is counted, with what it means; the order is that of the values in the block. */
export const targetCounters = {
  connectionsAccepted: 'connections that were accepted',
  connectionsRefused: 'connections that were closed at once, because of a limit',
  connectionsRefusedInAll: 'of them because of `connections`',
  connectionsRefusedInLogin: 'of them because of `connectionsInLogin`',
  connectionsRefusedOfSource: 'of them because of `connectionsInLoginPerSource`',
  acceptsFailed: 'connections that the system could not hand over, for want of descriptors or memory',
  connectionsOpen: 'connections there are now',
  connectionsInLogin: 'connections there are now that have not logged in',
  connectionsDropped: 'connections that ended without a logout after their login',
  sessionsOpen: 'normal sessions there are now',
  sessionsStarted: 'normal sessions that logged in',
  sessionsReinstated: 'normal sessions that a new login of the same initiator port replaced',
  connectionsReinstated: 'connections that took the place of another one in its session',
  discoverySessionsStarted: 'discovery sessions that logged in',
  logouts: 'Logout Requests that were served',
  loginsRedirected: 'logins answered with status class 1',
  loginsInitiatorError: 'logins answered with status class 2',
  loginsAuthenticationFailed: 'logins answered with 0201, authentication failure',
  loginsAuthorizationFailed: 'logins answered with 0202, authorization failure',
  loginsTargetError: 'logins answered with status class 3',
  loginsDisplaced: 'connections that had not logged in and gave their place to one of a source with fewer',
  loginsTooLong: 'logins refused because they took more requests than `loginRequests`',
  textsTooLong: 'texts refused because of `textBytes` or `textKeys`, in login and after it',
  loginsTimedOut: 'connections that ended because their login took too long',
  pdusIn: 'PDUs received',
  pdusOut: 'PDUs sent',
  bytesIn: 'bytes received',
  bytesOut: 'bytes handed to sockets',
  commands: 'SCSI commands delivered',
  commandsAborted: 'SCSI commands that were terminated without a result of their own',
  commandsRefusedForMemory: 'SCSI commands ended with BUSY because there was no memory for their data',
  requestsRefusedForMemory: 'pings and texts rejected because there was no memory for their data',
  immediateCommandsRefused: 'SCSI commands rejected because of `immediateCommands`',
  managementFunctionsRefused: 'task management functions rejected because of `managementFunctions`',
  turnsCut: 'times that a connection had to wait for the others after `pdusPerTurn` PDUs or `outputBytesPerTurn`',
  pdusIgnored: 'commands outside the command window, or twice in it, which RFC 7143 4.2.2.1 has ignored',
  pdusRejected: 'Reject PDUs sent',
  headerDigestErrors: 'header digests that were wrong',
  dataDigestErrors: 'data digests that were wrong',
  formatErrors: 'connections that ended because a PDU could not be followed',
  dataOutErrors: 'commands ended because their data-out broke a rule',
  dataOutTimeouts: 'commands ended because their data-out did not come',
  managementFunctions: 'task management functions run',
  abortWaitsGivenUp: 'task management functions that were answered because of `abortWaitMs`, with data still owed',
  r2tsSent: 'R2T PDUs sent',
  pingsSent: 'NOP-Ins sent that ask for an answer',
  pingsUnanswered: 'connections that ended because a NOP-In was not answered, or nothing was read',
  discoveryIdled: 'discovery sessions that ended because of `discoveryIdleMs`',
  connectionsUnread: 'times that a connection was not read because its peer did not read, by `outputBytes`',
  connectionsOverOutput: 'connections that ended because of `outputBytesAtMost`',
  connectionsLingered: 'connections that the target had ended and that their peers did not close in `lingerMs`',
  dataOutHeldBytes: 'bytes of data-out that sessions hold in transfer memory now',
  dataInHeldBytes: 'bytes of data-in that sessions have read, or may read, and not sent now',
  outputQueuedBytes: 'bytes of PDUs composed that sockets have not taken now',
  windowsHeldBack: 'times that a command window was held back for want of memory',
  faults: 'connections that ended because of a bug of the target',
} as const

/** The name of a counter. */
export type TargetCounter = keyof typeof targetCounters

const NAMES = Object.keys(targetCounters) as TargetCounter[]
/** Where each counter lies in the block. */
export const Counter = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Readonly<
  Record<TargetCounter, number>
>

/** How many bytes the counters of one thread take. */
export const TARGET_STATISTICS_BYTES = NAMES.length * Float64Array.BYTES_PER_ELEMENT

const COUNTER = oneOf(NAMES)
const BLOCK = object(
  `a SharedArrayBuffer or ArrayBuffer of ${TARGET_STATISTICS_BYTES} bytes`,
  block => block instanceof SharedArrayBuffer || block instanceof ArrayBuffer,
)

/** The counters of the iSCSI target of one thread, in memory that others may read at any time. */
export class TargetStatistics {
  readonly #block: Float64Array

  /** @throws {RangeError} for a block that is shorter than `TARGET_STATISTICS_BYTES`. {TypeError} for what is none. */
  constructor(block: ArrayBufferLike = new SharedArrayBuffer(TARGET_STATISTICS_BYTES)) {
    checkArgument('TargetStatistics: block', block, BLOCK)
    if (block.byteLength < TARGET_STATISTICS_BYTES)
      throw new RangeError(`TargetStatistics: block has ${block.byteLength} bytes; right is ${BLOCK.words}`)
    this.#block = new Float64Array(block, 0, NAMES.length)
  }

  /** Adds to a counter; a negative number for those that count what there is now. */
  add(counter: number, n = 1): void {
    this.#block[counter] = (this.#block[counter] as number) + n
  }

  /**
   * What a counter says now.
   * @throws {TypeError} or {RangeError} for what is no counter.
   */
  get(name: TargetCounter): number {
    checkArgument('TargetStatistics.get: name', name, COUNTER)
    return this.#block[Counter[name]] as number
  }

  /** All counters by name. */
  read(): Record<TargetCounter, number> {
    return Object.fromEntries(NAMES.map(name => [name, this.get(name)])) as Record<TargetCounter, number>
  }
}
