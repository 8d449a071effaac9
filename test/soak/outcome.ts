import {
  AbortedError,
  type CommandResult,
  ConnectionError,
  ProtocolError,
  RejectedError,
  ScsiError,
} from '@lunkit/initiator'
import { SenseKey } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import type { Operation } from './operation.ts'
import type { Report } from './report.ts'
import { Presence } from './unit-stage.ts'

/** What a load takes for normal of its target. */
export interface Tolerance {
  /** Worker lanes die: operations may fail as ABORTED COMMAND, or be refused as NOT READY. */
  readonly laneDeaths: boolean
}

/** Notes in the ledger and the report how an operation ended. */
export class OutcomeBook {
  readonly #report: Report
  readonly #tolerance: Tolerance

  constructor(report: Report, tolerance: Tolerance) {
    this.#report = report
    this.#tolerance = tolerance
  }

  /** It ended with a status. */
  ended(operation: Operation, result: CommandResult): void {
    if (result.status === Status.good) this.#good(operation, result.data)
    else if (result.status === Status.checkCondition) this.#checkCondition(operation, result)
    else if (result.status === Status.taskAborted) this.#mayHaveHappened(operation, 'aborted')
    else if (result.status === Status.taskSetFull || result.status === Status.busy) this.#refused(operation, 'refused')
    else {
      this.#report.find(`${describe(operation)} ended with status ${result.status}`)
      this.#mayHaveHappened(operation, 'refused')
    }
    if (operation.ticket) operation.ledger.endRead(operation.ticket)
  }

  /** It ended without a status. True: it may still happen, until the next login of its nexus is answered. */
  failed(operation: Operation, error: Error): boolean {
    if (operation.ticket) operation.ledger.endRead(operation.ticket)
    if (error instanceof ProtocolError || error instanceof RejectedError)
      this.#report.find(`${describe(operation)}: ${error}`)
    if (error instanceof ConnectionError) {
      this.#report.count('lost')
      return true
    }
    if (!(error instanceof AbortedError || error instanceof RejectedError)) throw error
    this.#mayHaveHappened(operation, 'aborted')
    return false
  }

  #good(operation: Operation, data: Uint8Array): void {
    const { change, counted, expected, ledger, range, request, ticket, unit } = operation
    this.#report.count(counted)
    if (!mayReachMedium(operation)) this.#report.find(`${describe(operation)} is GOOD, of blocks that are not there`)
    if (expected !== undefined && ticket && !ledger.found(range.lba, expected, ticket))
      this.#report.find(`${describe(operation)}: the block matched generation ${expected}, which it cannot hold`)
    if (change) ledger.acknowledge(change)
    else if (ticket) {
      if (data.length === request.read) unit.check({ lba: range.lba, data, ticket, ledger }, 'read')
      else this.#report.find(`${describe(operation)} is GOOD with ${data.length} of ${Number(request.read)} bytes`)
    }
  }

  #checkCondition(operation: Operation, { sense, status }: CommandResult): void {
    const error = new ScsiError(describe(operation), status, sense)
    const key = error.sense?.code.key
    if (isAway(error, operation)) this.#missed(operation, 'absences')
    else if (isBeyond(error, operation)) this.#missed(operation, 'beyondEnd')
    else if (key === SenseKey.unitAttention && !error.sense?.deferred) this.#refused(operation, 'attentions')
    else if (key === SenseKey.miscompare && operation.expected !== undefined) this.#miscompared(operation)
    else if (key === SenseKey.notReady && this.#tolerance.laneDeaths) this.#refused(operation, 'refused')
    else if (key === SenseKey.abortedCommand && this.#tolerance.laneDeaths) this.#mayHaveHappened(operation, 'faults')
    else {
      this.#report.find(error.message)
      this.#mayHaveHappened(operation, 'faults')
    }
  }

  #miscompared(operation: Operation): void {
    const { certain, change, expected, ledger, range } = operation
    this.#report.count('comparisons')
    if (change) ledger.withdraw(change)
    if (certain && ledger.isKnown(range.lba) && ledger.possible(range.lba)[0] === expected)
      this.#report.find(`${describe(operation)}: MISCOMPARE, but the block can only hold generation ${expected}`)
  }

  /** The unit, or some of the blocks, were not there; what was before may have been done. */
  #missed(operation: Operation, counted: 'absences' | 'beyondEnd'): void {
    if (mayReachMedium(operation)) this.#mayHaveHappened(operation, counted)
    else this.#refused(operation, counted)
  }

  #refused({ change, ledger }: Operation, counted: 'attentions' | 'refused' | 'absences' | 'beyondEnd'): void {
    this.#report.count(counted)
    if (change) ledger.withdraw(change)
  }

  #mayHaveHappened(
    { change, ledger }: Operation,
    counted: 'aborted' | 'faults' | 'refused' | 'absences' | 'beyondEnd',
  ): void {
    this.#report.count(counted)
    if (change) ledger.settle(change)
  }
}

/** Whether the unit, and all blocks of the operation, may have been there at some time since it began. */
const mayReachMedium = ({ since, range }: Operation): boolean =>
  since.some(({ presence, mostBlocks }) => presence !== Presence.absent && mostBlocks >= range.lba + range.blocks)

const isAway = ({ senseName }: ScsiError, { since }: Operation): boolean =>
  senseName === 'logicalUnitNotSupported' && since.some(({ presence }) => presence !== Presence.there)

const isBeyond = ({ senseName }: ScsiError, { since, range }: Operation): boolean =>
  senseName === 'logicalBlockAddressOutOfRange' &&
  since.some(({ leastBlocks }) => leastBlocks < range.lba + range.blocks)

/** An operation in words. */
export const describe = ({ counted, unit, range, change }: Operation): string =>
  `${unit.plan.name}: ${counted} of ${range.blocks} blocks from ${range.lba} on${change ? `, generation ${change.generation}` : ''}`
