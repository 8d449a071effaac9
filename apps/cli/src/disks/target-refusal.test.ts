import { ConnectionError } from '@lunkit/initiator'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../refusal.ts'
import { sessionRefusal } from './target-refusal.ts'

describe('what ended a session', () => {
  it('is explained by its cause, where it has one', () => {
    const [bare, caused] = [undefined, { cause: new Error('read ECONNRESET') }].map(options =>
      sessionRefusal(new ConnectionError('the connection is gone', options)),
    )
    expect(bare).toBeInstanceOf(Refusal)
    expect(bare).toMatchObject({ message: 'the connection is gone', explanation: undefined })
    expect(caused).toMatchObject({ message: 'the connection is gone', explanation: 'read ECONNRESET' })
  })

  it('goes on as it is where it is none of what targets do', () => {
    const bug = new Error('a bug')
    expect(sessionRefusal(bug)).toBe(bug)
  })
})
