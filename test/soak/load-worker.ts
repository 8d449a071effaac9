import { parentPort, workerData } from 'node:worker_threads'
import { checkFile } from './file-check.ts'
import { type Expectation, Load, type LoadOptions } from './load.ts'
import type { AnnouncedChange } from './load-session.ts'
import type { Counts } from './report.ts'

/** What the soak asks of a worker; each is answered. */
export type LoadOrder =
  | { readonly kind: 'start' | 'outage' | 'stop' | 'sweep' | 'report' }
  | { readonly kind: 'restarted'; readonly address: LoadOptions['address'] }
  | { readonly kind: 'changes'; readonly id: number; readonly change: AnnouncedChange }
  | { readonly kind: 'changed'; readonly id: number }
  | { readonly kind: 'expect'; readonly expectation: Expectation; readonly isSettled: boolean }
  | { readonly kind: 'checkFile'; readonly lun: number; readonly path: string }

/** How a worker answers: always with what it has counted and found so far. */
export interface LoadAnswer {
  readonly counts: Counts
  readonly findings: readonly string[]
  readonly found: number
}

const port = parentPort
if (!port) throw new Error('a load worker is started by the soak, as a worker thread')
const load = new Load(workerData as LoadOptions)

async function obey(order: LoadOrder): Promise<LoadAnswer> {
  if (order.kind === 'start') load.start()
  if (order.kind === 'outage') load.outage()
  if (order.kind === 'stop') await load.stop()
  if (order.kind === 'sweep') await load.sweep()
  if (order.kind === 'restarted') load.restarted(order.address)
  if (order.kind === 'changes') load.changes(order.id, order.change)
  if (order.kind === 'changed') load.changed(order.id)
  if (order.kind === 'expect') await load.expect(order.expectation, order.isSettled)
  if (order.kind === 'checkFile')
    for (const unit of load.units) if (unit.plan.lun === order.lun) await checkFile(unit, order.path)
  const { counts, findings, found } = load.report
  return { counts: { ...counts }, findings: [...findings], found }
}

// One after the other: a worker is asked again when it has answered.
port.on('message', (order: LoadOrder) => {
  void obey(order).then(answer => port.postMessage(answer))
})
