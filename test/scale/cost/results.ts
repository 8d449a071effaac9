import { type Cost, costOfOne } from './cost.ts'

/** The costs of few and many of one subject. */
interface SubjectCosts {
  readonly name: string
  readonly costs: readonly Cost[]
}

/** On what was measured, of what, and when. */
export interface Circumstances {
  readonly processor: string
  readonly cores: number
  readonly memoryGib: number
  readonly kernel: string
  readonly node: string
  readonly commit: string
  readonly measuredAt: string
}

/** What one run of `npm run scale` has measured. */
export interface ScaleResults {
  readonly circumstances: Circumstances
  readonly subjects: readonly SubjectCosts[]
}

/** What was asked for, and what was found. */
export interface Verdict {
  readonly asked: string
  readonly found: string
  readonly met: boolean
}

const KIB = 1024
const SESSIONS = 1000
const MOST_KIB_OF_SESSION = 60
const LUNS = 5000

/** What this project promises, as far as it was measured. */
export function verdicts({ subjects }: ScaleResults): readonly Verdict[] {
  const of = (name: string): readonly Cost[] => subjects.find(each => each.name === name)?.costs ?? []
  return [...sessionVerdict(of('session')), ...lunVerdict(of('LUN'))]
}

function sessionVerdict(costs: readonly Cost[]): readonly Verdict[] {
  const [few, many] = [costs[0], costs.find(({ count }) => count === SESSIONS)]
  if (few === undefined || many === undefined || few === many) return []
  const kib = costOfOne(few, many).bytes / KIB
  const asked = `1,000 idle sessions: less than ${MOST_KIB_OF_SESSION} KiB each`
  return [{ asked, found: `${kib.toFixed(1)} KiB`, met: kib < MOST_KIB_OF_SESSION }]
}

function lunVerdict(costs: readonly Cost[]): readonly Verdict[] {
  const most = costs.at(-1)
  if (most === undefined || most.count < LUNS) return []
  return [
    {
      asked: '5,000 LUNs: configured and served',
      found: `the last one read after ${(most.tookMs / 1000).toFixed(1)} s`,
      met: true,
    },
  ]
}
