import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { promtool } from '../harness/promtool.ts'
import { Scratch } from '../harness/scratch.ts'
import { shippedPlace, shippedText } from './shipped-files.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const REPOSITORY = 'https://github.com/lunkit/lunkit/blob/main/'
const QUICK = 'lunkit.rules.test.yml'
const LONG = 'long.rules.test.yml'
const cases = [QUICK, LONG].map(name => fileURLToPath(new URL(name, import.meta.url)))
const textOfCases = cases.map(path => readFileSync(path, 'utf8'))
const rules = shippedText('prometheus/lunkit.rules.yml')

/** The text of each alert. */
const alerts = rules
  .split(/^ +- (?=alert: )/m)
  .slice(1)
  .map(text => ({ alert: /^alert: (\w+)/.exec(text)?.[1] ?? '', text }))

/** What a heading of a page is called in a link. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

function hasAnchor(page: string, anchor: string): boolean {
  const path = `${ROOT}${page}`
  if (!existsSync(path)) return false
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].some(
    ([, heading = '']) => anchorOf(heading) === anchor,
  )
}

/** What is said of a file of cases when something in the rules is otherwise. */
async function saidOfOtherRules(name: string, from: string, to: string): Promise<string> {
  const scratch = await Scratch.create('rules')
  try {
    expect(rules).toContain(from)
    await writeFile(scratch.path('lunkit.rules.yml'), rules.replaceAll(from, to))
    const text = readFileSync(new URL(name, import.meta.url), 'utf8')
    await writeFile(scratch.path(name), text.replace('../../apps/exporter/prometheus/', ''))
    return (await promtool(['test', 'rules', scratch.path(name)])).said
  } finally {
    await scratch.remove()
  }
}

describe('the rules and the configuration that are shipped', () => {
  it('are such that promtool finds nothing wrong with them', async () => {
    expect(await promtool(['check', 'config', shippedPlace('prometheus/prometheus.yml')])).toMatchObject({ code: 0 })
    const check = ['check', 'rules', '--lint=all', '--lint-fatal', shippedPlace('prometheus/lunkit.rules.yml')]
    expect(await promtool(check)).toMatchObject({ code: 0, said: expect.stringContaining('SUCCESS') as unknown })
  })

  it('do what their cases say', async () => {
    expect(await promtool(['test', 'rules', ...cases])).toMatchObject({ code: 0 })
  })

  it.each([
    ['lunkit_up == 0', 'lunkit_up == 1', QUICK],
    ['for: 1m', 'for: 0s', QUICK],
    ['[10m])) > 5', '[10m])) > 50', QUICK],
    ['{lun!~"_.*"}', '', QUICK],
    ['> 14.4 * 0.01', '> 0.01', LONG],
    ['le="0.05"', 'le="0.25"', LONG],
    ['> 0.7 * lunkit', '> 0.1 * lunkit', LONG],
  ])('have cases that notice it when %j is %j', async (from, to, name) => {
    expect(await saidOfOtherRules(name, from, to)).toContain('FAILED')
  })

  it.each(alerts)('$alert fires in a case, and does not in another one', ({ alert }) => {
    const expected = [
      ...textOfCases
        .join('')
        .matchAll(/alertname="(\w+)", alertstate="firing"\}\n +eval_time: .*\n +exp_samples:( \[\])?/g),
    ]
    const ofIt = expected.filter(([, name]) => name === alert).map(([, , none]) => none === undefined)
    expect(new Set(ofIt)).toEqual(new Set([true, false]))
  })

  it.each(alerts)('$alert says how severe it is, what is wrong, what to do, and where more is said', ({ text }) => {
    expect(text).toMatch(/severity: (?:critical|warning)$/m)
    expect(text).toMatch(/summary: ".*\{\{ \$labels\.instance \}\}.*"$/m)
    expect(text).toMatch(/description: >-\n(?: {12}\S.*\n){2,}/)
    const [, link = ''] = /runbook_url: (\S+)$/m.exec(text) ?? []
    const [page = '', anchor = ''] = link.slice(REPOSITORY.length).split('#')
    expect({ link, there: link.startsWith(REPOSITORY) && hasAnchor(page, anchor) }).toEqual({ link, there: true })
  })
})
