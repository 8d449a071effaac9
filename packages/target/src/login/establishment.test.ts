import { beginNegotiation, DEFAULT_PARAMETERS, LoginStatus } from '@lunkit/pdu'
import { expect, it } from 'vitest'
import { type ConcludedLogin, establish } from './establishment.ts'
import type { LoginRefusal } from './login-refusal.ts'

it('a login for which no session handle is free is refused with 0302, and waits for nothing', () => {
  const refusals: LoginRefusal[] = []
  let waited = false
  const connection = { stream: { remote: {}, local: {} }, waitForLogin: () => (waited = true) }
  establish({
    login: { connection, surroundings: { registry: { begin: () => undefined } }, session: undefined },
    identifiers: { isid: 1 },
    subject: { initiatorName: 'iqn.2026-11.example:host', discovery: false },
    negotiation: beginNegotiation('target', {}),
    parameters: DEFAULT_PARAMETERS,
    refuse: (refusal: LoginRefusal) => refusals.push(refusal),
  } as unknown as ConcludedLogin)
  expect(refusals.map(({ status, message }) => [status, message])).toEqual([
    [LoginStatus.outOfResources, 'no session handle is free for iqn.2026-11.example:host'],
  ])
  expect([LoginStatus.outOfResources, waited]).toEqual([0x0302, false])
})
