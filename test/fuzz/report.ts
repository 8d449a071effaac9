import type { Fuzzer } from './fuzzer.ts'

interface Ending {
  readonly seconds: number
  readonly findings: number
  readonly seed: number
}

const INDENT = '  '

/** What was run and what it reached, for whoever reads the end of a run. */
export function report(fuzzer: Fuzzer, { seconds, findings, seed }: Ending): string {
  const lines = [
    `\nfuzz --seed ${seed}: ${fuzzer.cases} cases in ${Math.round(seconds)} s, ${(fuzzer.cases / seconds).toFixed(0)} a second`,
  ]
  for (const [area, corpus] of fuzzer.corpora)
    lines.push(
      `${INDENT}${area}: ${fuzzer.ran.get(area)} cases, ${corpus.features} features, ${corpus.cases.length} kept`,
    )
  const { requests, commands, outcomes } = reached(fuzzer)
  lines.push(`requests (${requests.size}): ${[...requests].toSorted().join(', ')}`)
  lines.push(`operation codes (${commands.size}): ${[...commands].toSorted().join(' ')}`)
  lines.push(`outcomes (${outcomes.size}): ${[...outcomes].toSorted().join(', ')}`)
  lines.push(findings === 0 ? 'no findings' : `${findings} FINDINGS`)
  return `${lines.join('\n')}\n`
}

interface Reached {
  readonly requests: ReadonlySet<string>
  readonly commands: ReadonlySet<string>
  readonly outcomes: ReadonlySet<string>
}

/** Features are written as `request > outcome`; of those that are not, nothing is counted here. */
function reached(fuzzer: Fuzzer): Reached {
  const requests = new Set<string>()
  const commands = new Set<string>()
  const outcomes = new Set<string>()
  for (const corpus of fuzzer.corpora.values())
    for (const feature of corpus.all()) {
      const [request, outcome] = feature.split(' > ') as [string, string | undefined]
      if (outcome === undefined) continue
      const code = /^command (.*)$/.exec(request)?.[1]
      if (code === undefined) requests.add(request)
      else commands.add(code.padStart(2, '0'))
      outcomes.add(outcome.trim())
    }
  return { requests, commands, outcomes }
}
