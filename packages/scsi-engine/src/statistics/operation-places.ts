import type { CounterPlace, HistogramPlace } from '@lunkit/statistics'
import { Operation } from './operation.ts'
import { nexusMetrics, unitMetrics } from './unit-metrics.ts'

const unitAt = unitMetrics.at
const nexusAt = nexusMetrics.at

/** Where commands of one kind are counted. */
export interface OperationPlaces {
  readonly commands: CounterPlace
  readonly nexusCommands: CounterPlace
  readonly duration: HistogramPlace
  /** Undefined where no bytes of the medium are concerned. */
  readonly bytes: CounterPlace | undefined
  readonly nexusBytes: CounterPlace | undefined
}

type BytesPlaces = Readonly<Partial<Record<Operation, CounterPlace>>>

/** For each kind of command where it is counted. */
export const operationPlaces = Object.fromEntries(
  Object.values(Operation).map(operation => [
    operation,
    {
      commands: unitAt.commands[operation],
      nexusCommands: nexusAt.commands[operation],
      duration: unitAt.duration[operation],
      bytes: (unitAt.bytes as BytesPlaces)[operation],
      nexusBytes: (nexusAt.bytes as BytesPlaces)[operation],
    },
  ]),
) as Readonly<Record<Operation, OperationPlaces>>
