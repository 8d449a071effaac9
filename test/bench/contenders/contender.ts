import { readdirSync, readFileSync } from 'node:fs'
import type { TargetAddress } from '../../harness/target-address.ts'
import type { Duration, Load, LoadReport } from '../load-run.ts'
import type { ContenderName } from '../rows.ts'
import type { BenchStore } from './bench-store.ts'

/** A server that is up, with its store. */
export type Contender = {
  readonly name: ContenderName
  readonly store: BenchStore
  /** What bench-load is told so that it reaches it. */
  readonly reach: readonly string[]
  readonly pid: number
  /** Where it is no server: does a load by itself, which nobody verifies. */
  readonly runAlone?: (load: Load, duration: Duration) => Promise<LoadReport>
  stop(): Promise<void>
}

/** What both targets are set to, so that a login ends in the same agreement with each. */
export const loginParameters = {
  ImmediateData: 'Yes',
  InitialR2T: 'No',
  FirstBurstLength: '262144',
  MaxBurstLength: '1048576',
  MaxRecvDataSegmentLength: '262144',
  MaxXmitDataSegmentLength: '262144',
  MaxOutstandingR2T: '8',
} as const

/** How bench-load reaches an iSCSI target. */
export function iscsiReach({ host, port, iqn, lun }: TargetAddress): string[] {
  return ['--host', host, '--port', String(port), '--target', iqn, '--lun', String(lun)]
}

/** A process and all that it has started: a launcher may wait for the server proper. */
export function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap(thread =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children.flatMap(processTree)]
}
