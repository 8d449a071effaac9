import { parseArgs } from 'node:util'
import { positive, whole } from '../harness/command-line.ts'
import { isInstalled } from '../harness/tool.ts'
import type { Duration } from './load-run.ts'
import { ContenderName, type Row, rows } from './rows.ts'

/** What the command line asks for. */
export type BenchOptions = {
  readonly rows: readonly Row[]
  /** Whether start and idle of lunkitd are measured. */
  readonly daemon: boolean
  readonly rounds: number
  readonly duration: Duration
  /** Where the report is written; undefined: it is only printed. */
  readonly out: string | undefined
}

/** The name under which start and idle of lunkitd are chosen. */
export const daemonRow = 'daemon'

/** How the bench is called. */
export const usage = `npm run bench -- [OPTION]...

  --quick         the quick subset, three rounds, in under two minutes; for before and after a change
  --rows REGEX    only the rows whose name matches; those by hand (stores/, as root: they need loop devices) come in no other way
  --rounds N      rounds of each row; 5 (3 with --quick)
  --seconds N     counted seconds of a run; 1.5 (1 with --quick)
  --peers NAMES   who is measured beside lunkitd: ${Object.values(ContenderName).slice(1).join(',')} (all), or none
  --out FILE      writes the report to FILE, its charts and figures into a directory beside it; rows that were measured
                  before and not now are kept. A run of all rows writes docs/bench.md
  --list          prints the names of the rows
`

const warmSeconds = 0.3
const MOST_ROUNDS = 1000
const full = { rounds: 5, seconds: 1.5, out: 'docs/bench.md' } as const
const quick = { rounds: 3, seconds: 1 } as const

/**
 * Reads the command line.
 *
 * @throws Error that says which option is wrong, and what would be right
 */
export function parseOptions(args: readonly string[]): BenchOptions | 'list' | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rows: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      peers: { type: 'string' },
      out: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  if (values.list) return 'list'
  const defaults = values.quick ? quick : full
  const everything = !values.quick && values.rows === undefined && values.peers === undefined
  return {
    ...chosenRows(values.quick, values.rows, peersOf(values.peers)),
    rounds: whole('--rounds', values.rounds ?? String(defaults.rounds), { least: 1, most: MOST_ROUNDS }),
    duration: { warmSeconds, seconds: positive('--seconds', values.seconds ?? String(defaults.seconds)) },
    out: values.out ?? (everything ? full.out : undefined),
  }
}

type Chosen = Pick<BenchOptions, 'rows' | 'daemon'>

function chosenRows(quickOnly: boolean, pattern: string | undefined, peers: ReadonlySet<string>): Chosen {
  const expression = pattern === undefined ? undefined : regularExpression(pattern)
  const chosen = rows
    .filter(row => (!quickOnly || row.quick) && (expression?.test(row.name) ?? !row.byHand))
    .map(row => ({ ...row, contenders: row.contenders.filter(name => peers.has(name)) }))
  const daemon = !quickOnly && (expression?.test(daemonRow) ?? true)
  if (chosen.length === 0 && !daemon) throw new Error(`no row matches --rows ${pattern}; --list prints their names`)
  return { rows: chosen, daemon }
}

function regularExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern)
  } catch (error) {
    throw new Error(`--rows ${pattern} is not a regular expression`, { cause: error })
  }
}

function peersOf(text: string | undefined): ReadonlySet<string> {
  const all = Object.values(ContenderName)
  if (text === undefined) return new Set(all.filter(name => name !== ContenderName.istgt || isInstalled('istgt')))
  const named = text === 'none' ? [] : text.split(',')
  for (const name of named) {
    if (!all.some(each => each === name)) throw new Error(`--peers ${name}: there are ${all.join(', ')}, or none`)
  }
  return new Set([ContenderName.lunkitd, ...named])
}
