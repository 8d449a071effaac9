import { expect, it } from 'vitest'
import { withoutSecrets } from './secrets.ts'

/** Objects in one another, so many of them. */
const nested = (count: number): object => (count === 1 ? { value: 1 } : { in: nested(count - 1) })
const hidden = (value: object): boolean => JSON.stringify(withoutSecrets(value, () => 'hidden')).includes('hidden')

it('a value is shown as deep as anything that is right may be, 33 objects in one another, and no deeper', () => {
  expect([hidden(nested(33)), hidden(nested(34))]).toEqual([false, true])
})
