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

/** The rounds of a field's rows, each of them divided over as many starts of its servers as its first row asks for. */
async function measureField(programs: Programs, rows: readonly Row[], plan: Plan): Promise<RowResult[]> {
  const starts = Math.min(rows[0]?.starts ?? 1, plan.rounds)
  const measured = new Map<Row, Samples>()
  const results: RowResult[] = []
  for (let start = 1; start <= starts; start += 1) {
    const rounds = Math.floor((start * plan.rounds) / starts) - Math.floor(((start - 1) * plan.rounds) / starts)
    await using cleanup = new AsyncDisposableStack()
    const field = await openField(programs, rows, { plan, cleanup })
    for (const row of rows) {
      measured.set(row, joined(measured.get(row) ?? {}, await measureRow(field, row, { ...plan, rounds })))
      if (start < starts) continue
      const result = resultOf(row, measured.get(row) ?? {}, plan)
      await plan.onRow(result)
      results.push(result)
    }
  }
  return results
}

type Opening = { readonly plan: Plan; readonly cleanup: AsyncDisposableStack }

async function openField(programs: Programs, rows: readonly Row[], { plan, cleanup }: Opening): Promise<Field> {
  const scratch = cleanup.adopt(await Scratch.create('bench'), each => each.remove())
  const memory = cleanup.adopt(await Scratch.create('bench', memoryDirectory), each => each.remove())
  const ground = { programs, scratch, memory, sizes: plan.sizes }
  const names = [...new Set(rows.flatMap(row => row.contenders))]
  const kind = (rows[0] as Row).store
  return cleanup.adopt(await Field.open(ground, kind, names), each => each.close())
}

type Samples = Partial<Record<ContenderName, readonly Sample[]>>

/** Alternates the contenders round by round; each round begins with another one. */
async function measureRow(field: Field, row: Row, plan: Plan): Promise<Samples> {
  const contenders = field.contenders.filter(({ name }) => row.contenders.includes(name))
  let samples: Samples = {}
  const settling = { ...plan.duration, seconds: row.settleSeconds }
  if (row.settleSeconds > 0) for (const contender of contenders) await field.run(row, contender, settling)
  for (let round = 0; round < plan.rounds; round += 1) {
    const turn = round % contenders.length
    for (const contender of [...contenders.slice(turn), ...contenders.slice(0, turn)]) {
      plan.signal.throwIfAborted()
      const sample = sampleOf(await field.run(row, contender, plan.duration))
      samples = joined(samples, { [contender.name]: [sample] })
    }
  }
  return samples
}

function joined(first: Samples, then: Samples): Samples {
  const all: Record<string, readonly Sample[]> = { ...first }
  for (const [name, more] of Object.entries(then)) all[name] = [...(all[name] ?? []), ...more]
  return all
}

function resultOf({ name, title }: Row, samples: Samples, { commit }: Plan): RowResult {
  return { name, title, samples, commit, measuredAt: new Date().toISOString() }
}
