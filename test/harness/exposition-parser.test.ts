import { describe, expect, it } from 'vitest'
import { parseExposition } from './exposition-parser.ts'

const COUNTER = '# HELP a_total what\n# TYPE a_total counter\n'
const HISTOGRAM = '# HELP h what\n# TYPE h histogram\n'

describe('the parser of expositions', () => {
  it('reads what is right', () => {
    const text = `${COUNTER}a_total{x="1",y="\\"\\\\\\n"} 7\na_total 1e+3\n${HISTOGRAM}h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3.5\nh_count 2\n`
    const families = parseExposition(text)
    expect(families.get('a_total')?.samples).toEqual([
      { name: 'a_total', labels: { x: '1', y: '"\\\n' }, value: 7 },
      { name: 'a_total', labels: {}, value: 1000 },
    ])
    expect(families.get('h')?.type).toBe('histogram')
  })

  it.each([
    ['a sample without a family', 'a_total 1\n'],
    ['a sample of another family', `${COUNTER}b_total 1\n`],
    ['a series twice', `${COUNTER}a_total{x="1"} 1\na_total{x="1"} 2\n`],
    ['a family twice', `${COUNTER}${COUNTER}`],
    ['a counter without _total', '# HELP a what\n# TYPE a counter\n'],
    ['a gauge with it', '# HELP a_total what\n# TYPE a_total gauge\n'],
    ['a counter below 0', `${COUNTER}a_total -1\n`],
    ['a value that is none', `${COUNTER}a_total undefined\n`],
    ['a label twice', `${COUNTER}a_total{x="1",x="2"} 1\n`],
    ['a quote that is not escaped', `${COUNTER}a_total{x="""} 1\n`],
    ['a last line without an end', `${COUNTER}a_total 1`],
    ['buckets that fall', `${HISTOGRAM}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`],
    ['buckets without +Inf', `${HISTOGRAM}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`],
    ['a count that is not that of +Inf', `${HISTOGRAM}h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n`],
  ])('refuses %s', (_what, text) => {
    expect(() => parseExposition(text)).toThrow(Error)
  })
})
