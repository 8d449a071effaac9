import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { dashboards } from './dashboards.ts'

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8')
const rules = readFileSync(new URL('../../apps/exporter/prometheus/lunkit.rules.yml', import.meta.url), 'utf8')
const families = [...page.matchAll(/^\| `(lunkit_\w+)`(?: ¹)? \| (?:counter|gauge|histogram) /gm)].map(
  ([, name]) => name,
)
const recorded = [...rules.matchAll(/record: (\S+)/g)].map(([, name]) => name)
const expressions = dashboards.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(([, text]) => text)))
const asked = new Set(
  expressions.flatMap(text =>
    [...text.matchAll(/[a-z:]*lunkit_[\w:]+/g)].map(([name]) => name.replace(/_bucket$/, '')),
  ),
)

it('each family of docs/metrics.md is on a dashboard', () => {
  expect(families.filter(name => name !== undefined && !asked.has(name))).toEqual([])
})

it('dashboards ask for nothing else than those, and what the rules record', () => {
  expect([...asked].filter(name => ![...families, ...recorded].includes(name))).toEqual([])
})

it('a dashboard has room for a title once', () => {
  const titles = dashboards.map(({ panels }) => panels.map(({ title }) => title))
  expect(titles.map(each => each.length - new Set(each).size)).toEqual(titles.map(() => 0))
})
