import { Scratch } from '../harness/scratch.ts'
import { Field, type StoreSizes } from './field.ts'
import type { Duration } from './load-run.ts'
import type { Programs } from './programs.ts'
import type { RowResult } from './results.ts'
import type { ContenderName, Row } from './rows.ts'
import { type Sample, sampleOf } from './sample.ts'

/** How rows are measured. */
export type Plan = {
  readonly rounds: number
  readonly duration: Duration
  readonly sizes: StoreSizes
  readonly commit: string
  /** Is told of each row when it has been measured; the next waits for it. */
  readonly onRow: (result: RowResult) => Promise<void>
  /** Ends it before the next run; servers are stopped and files removed as ever. */
  readonly signal: AbortSignal
}

const memoryDirectory = '/dev/shm'

/** Measures rows field by field. Each field's stores and servers are new; within it, rows run one after another. */
export async function measure(programs: Programs, rows: readonly Row[], plan: Plan): Promise<RowResult[]> {
  const fields = Map.groupBy(rows, row => row.field)
  const results: RowResult[] = []
  for (const fieldRows of fields.values()) results.push(...(await measureField(programs, fieldRows, plan)))
  return results
}

async function measureField(programs: Programs, rows: readonly Row[], plan: Plan): Promise<RowResult[]> {
  await using cleanup = new AsyncDisposableStack()
  const scratch = cleanup.adopt(await Scratch.create('bench'), each => each.remove())
  const memory = cleanup.adopt(await Scratch.create('bench', memoryDirectory), each => each.remove())
  const [first] = rows
  if (first === undefined) return []
  const names = [...new Set(rows.flatMap(row => row.contenders))]
  const ground = { programs, scratch, memory, sizes: plan.sizes }
  const field = cleanup.adopt(await Field.open(ground, first.store, names), each => each.close())
  const results: RowResult[] = []
  for (const row of rows) {
    const result = await measureRow(field, row, plan)
    await plan.onRow(result)
    results.push(result)
  }
  return results
}

/** Alternates the contenders round by round; each round begins with another one. */
async function measureRow(field: Field, row: Row, plan: Plan): Promise<RowResult> {
  const contenders = field.contenders.filter(({ name }) => row.contenders.includes(name))
  const samples: Partial<Record<ContenderName, Sample[]>> = {}
  for (let round = 0; round < plan.rounds; round += 1) {
    const turn = round % contenders.length
    for (const contender of [...contenders.slice(turn), ...contenders.slice(0, turn)]) {
      plan.signal.throwIfAborted()
      const sample = sampleOf(await field.run(row, contender, plan.duration))
      samples[contender.name] = [...(samples[contender.name] ?? []), sample]
    }
  }
  const { name, title } = row
  return { name, title, samples, commit: plan.commit, measuredAt: new Date().toISOString() }
}
