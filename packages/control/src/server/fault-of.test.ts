import { ConfigError } from '@lunkit/config'
import { describe, expect, it } from 'vitest'
import { faultOf } from './fault-of.ts'

const problem = { path: 'targets', wrong: 'is 1', right: 'a list' }

describe('a configuration that is wrong', () => {
  it.each([
    [1, 'is 1'],
    [2, 'is 1 (and 1 more)'],
    [3, 'is 1 (and 2 more)'],
  ])('in %i places says the first, and how many more there are', (count, what) => {
    expect(faultOf(new ConfigError(Array(count).fill(problem)))).toMatchObject({
      what,
      where: 'targets',
      right: 'a list',
    })
  })
})
