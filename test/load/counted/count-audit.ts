import type { CountBook, NexusNames } from './count-book.ts'
import type { CountedSnapshot } from './counted-process.ts'
import { type CountedRow, sumOf } from './counted-rows.ts'
import { type Counts, Tally } from './tally.ts'

/** A logical unit as it is counted, and where clients see it. */
export interface AuditedUnit {
  /** The labels of its rows. */
  readonly labels: readonly string[]
  readonly places: readonly { readonly target: string; readonly lun: number }[]
}

/** A nexus that is still there, and a unit that it has had all the time. */
export interface AuditedNexus {
  readonly names: NexusNames
  readonly lun: number
  /** The label of the unit. */
  readonly unit: string
}

/** What no client can know. */
const UNKNOWN = new Set(['queueWait', 'r2tWait', 'storeInline', 'storeUring', 'storeLane', 'windowClosedSeconds'])

/** Counters of a server that its clients know of. */
const KNOWN = [
  ...['connectionsAccepted', 'connectionsRefused', 'connectionsDropped', 'sessionsStarted', 'sessionsReinstated'],
  ...['discoverySessionsStarted', 'logouts', 'loginsInitiatorError', 'loginsAuthorizationFailed', 'loginsTargetError'],
  ...['managementFunctions', 'managementFunctionsRefused', 'immediateCommandsRefused', 'commandsRefusedForMemory'],
  ...['pdusRejected', 'pdusIgnored', 'headerDigestErrors', 'dataDigestErrors', 'formatErrors', 'dataOutErrors'],
  ...['dataOutTimeouts', 'abortWaitsGivenUp', 'faults', 'sessionsOpen'],
]

const only = (counts: Counts, wanted: (name: string) => boolean): Counts =>
  Object.fromEntries(Object.entries(counts).filter(([name]) => wanted(name)))

const knowable = (rows: readonly CountedRow[]): Counts =>
  only(sumOf(rows), name => !UNKNOWN.has(name.split('.')[0] ?? name))

/** What was counted, held against what clients did. */
export class CountAudit {
  readonly #counted: CountedSnapshot
  readonly #book: CountBook

  constructor(counted: CountedSnapshot, book: CountBook) {
    this.#counted = counted
    this.#book = book
  }

  /** In words, all that is not as it should be. */
  differences(units: readonly AuditedUnit[], nexuses: readonly AuditedNexus[]): string[] {
    return [
      ...units.flatMap(unit => this.#ofUnit(unit)),
      ...nexuses.flatMap(nexus => this.#ofNexus(nexus)),
      ...this.#sums(),
      ...this.#ofServer(),
      ...this.#ofSessions(),
      ...this.#ofPortals(),
    ]
  }

  #ofUnit({ labels, places }: AuditedUnit): string[] {
    const rows = this.#counted.units.filter(({ labels: { unit = '' } }) => labels.includes(unit))
    const tally = Tally.sum(places.map(({ target, lun }) => this.#book.sum(target, lun)))
    return tally.differences(labels.join(' and '), knowable(rows))
  }

  #ofNexus({ names, lun, unit }: AuditedNexus): string[] {
    const { target, initiator } = names
    const rows = this.#counted.nexuses.filter(
      ({ labels }) => labels['target'] === target && labels['initiator'] === initiator && labels['unit'] === unit,
    )
    return this.#book.of(names, lun).differences(`${initiator} at ${unit}`, knowable(rows))
  }

  /** All nexuses together count what all units do, and these what the transport has delivered. */
  #sums(): string[] {
    const { nexuses, server, units } = this.#counted
    const all = sumOf(units)
    const tally = new Tally()
    for (const [name, n] of Object.entries(all)) tally.count(name, n)
    const ofNexuses = only(sumOf(nexuses), name => name in all)
    const delivered = new Tally()
    delivered.count('ended', server['commands'])
    return [
      ...tally.differences('all nexuses', ofNexuses),
      ...delivered.differences(
        'all units',
        only(all, name => name === 'ended'),
      ),
    ]
  }

  #ofSessions(): string[] {
    return this.#counted.sessions.flatMap(row => {
      const { target = '' } = row.labels
      return this.#book.sessions(target).differences(`sessions with ${target}`, knowable([row]))
    })
  }

  /** What came over all portals is what was delivered, and what clients have asked for. */
  #ofPortals(): string[] {
    const { portals, server } = this.#counted
    const book = this.#book.server
    const tally = new Tally()
    tally.count('pdusReceived.scsi_command', server['commands'])
    tally.count('pdusReceived.task_management_request', book.certain('managementFunctions'))
    tally.count('logins', book.certain('sessionsStarted') + book.certain('discoverySessionsStarted'))
    for (const counter of ['connectionsAccepted', 'connectionsRefused', 'protocolErrors'])
      tally.count(counter, book.certain(counter))
    const refused = ['no_acl', 'unknown_target'].map(cause => `loginsRefused.${cause}`)
    for (const counter of refused) tally.count(counter, this.#book.allSessions.certain(counter))
    const known = /^(pdusReceived.(scsi_command|task_)|logins|connections(Accepted|Refused)|protocolErrors)/
    return tally.differences(
      'all portals',
      only(sumOf(portals), name => known.test(name)),
    )
  }

  #ofServer(): string[] {
    return this.#book.server.differences(
      'the server',
      only(this.#counted.server, name => KNOWN.includes(name)),
    )
  }
}
