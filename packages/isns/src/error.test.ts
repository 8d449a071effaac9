import { expect, it } from 'vitest'
import { IsnsError, refusedWith } from './error.ts'

/** RFC 4171 5.4, RESPONSE STATUS. */
it.each([
  [1, 'unknown error'],
  [2, 'message format error'],
  [3, 'invalid registration'],
  [4, 'a status that is reserved'],
  [5, 'invalid query'],
  [6, 'source unknown'],
  [7, 'source absent'],
  [8, 'source unauthorized'],
  [9, 'no such entry'],
  [10, 'version not supported'],
  [11, 'internal error'],
  [12, 'busy'],
  [13, 'option not understood'],
  [14, 'invalid update'],
  [15, 'message not supported'],
  [16, 'SCN event rejected'],
  [17, 'SCN registration rejected'],
  [18, 'attribute not implemented'],
  [19, 'FC_DOMAIN_ID not available'],
  [20, 'FC_DOMAIN_ID not allocated'],
  [21, 'ESI not available'],
  [22, 'invalid deregistration'],
  [23, 'registration feature not supported'],
  [24, 'a status that is reserved'],
])('a refusal with the status %i is told as: %s', (status, words) => {
  const error = refusedWith(status)
  expect(error).toBeInstanceOf(IsnsError)
  expect(error).toMatchObject({
    ...{ fault: 'refused', status, name: 'IsnsError' },
    message: `the server refuses it: ${words} (status ${status})`,
  })
})
