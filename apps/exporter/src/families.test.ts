import { comingFamilies, countedGroups, metricFamilies, type Source } from '@lunkit/metrics'
import { DiskServer } from 'lunkit'
import { afterAll, describe, expect, it } from 'vitest'

const server = new DiskServer()
afterAll(() => server.close())
const declared = Object.values(server.statistics.blocks).map(({ declaration }) => declaration)

/** What a family takes of a block: a metric, of some a value too. */
interface Taken {
  readonly name: string
  readonly block: string
  readonly metric: string
  readonly value: string | undefined
}

const takenOf = (source: Source): readonly (readonly [metric: string, value: string | undefined])[] =>
  'sum' in source ? source.sum.of.map(([metric, value]) => [metric, value]) : [[source.each, undefined]]

/** What is counted in no block of lunkitd is told as if it were. */
const ofBlocks = countedGroups.filter(({ block }) => block !== 'controlStrangers')

const taken = ofBlocks.flatMap(({ block, families }) =>
  families.flatMap(({ name, from }) =>
    from.flatMap(takenOf).map(([metric, value]): Taken => ({ name, block, metric, value })),
  ),
)

/** Whether lunkitd counts it. */
function isDeclared({ block, metric, value }: Taken): boolean {
  const found = declared.find(({ name }) => name === block)?.metrics as
    | Readonly<Record<string, { readonly by?: { readonly values: readonly string[] } }>>
    | undefined
  if (found?.[metric] === undefined) return false
  return value === undefined || (found[metric].by?.values ?? ['']).includes(value)
}

describe('the families', () => {
  it('take what lunkitd counts', () => {
    expect(taken.filter(each => !isDeclared(each))).toEqual([])
  })

  it('have labels of the rows that they are taken of', () => {
    const wrong = ofBlocks.filter(({ block, labels }) => {
      const rows: readonly string[] = declared.find(({ name }) => name === block)?.labels ?? []
      return !Object.keys(labels).every(label => rows.includes(label))
    })
    expect(wrong).toEqual([])
  })

  it('have names as Prometheus wants them, each once', () => {
    const names = [...metricFamilies, ...comingFamilies].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(metricFamilies.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'))).toEqual([])
    expect(names.filter(name => !/^lunkit_[a-z][a-z0-9_]*$/.test(name))).toEqual([])
  })
})
