import type { ResultOf } from '@lunkit/control/client'
import type { Context, Reply } from './command.ts'
import { columns } from './table-text.ts'

type Told = ResultOf<'refusals'>
type Refusal = Told['refusals'][number]

const HEADS = ['at', 'from', 'to', 'initiator', 'target', 'status', 'why']
const NONE = '-'

const row = ({ at, remote, portal, initiator, target, tag, status, reason, times }: Refusal): readonly string[] => [
  at,
  remote,
  portal === '' ? NONE : portal,
  initiator ?? NONE,
  target === null ? NONE : `${target}${tag === null ? '' : `/tpg${tag}`}`,
  status ?? NONE,
  times > 1 ? `${reason} (${times} times)` : reason,
]

/** What to do about each cause, as its newest refusal says it. */
function remedies({ refusals, counts }: Told): readonly string[] {
  const newest = new Map<string, string>()
  for (const { cause, remedy } of refusals) if (!newest.has(cause)) newest.set(cause, remedy)
  const rows = counts.flatMap(({ cause, times }) => [[cause, `${times}`, newest.get(cause) ?? NONE]])
  return rows.length === 0 ? [] : ['', ...columns(['cause', 'times', 'what to do'], rows)]
}

/** Who was turned away, from where and why, and what to do about it. */
export async function refusals({ client }: Context): Promise<Reply> {
  const told = await client.call('refusals')
  if (told.refusals.length === 0) return { lines: ['Nobody was refused.'], data: told }
  return { lines: [...columns(HEADS, told.refusals.map(row)), ...remedies(told)], data: told }
}
