import { LoginResponse, LogoutResponse } from '@lunkit/pdu'
import { expect, it } from 'vitest'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

it('logins that come together are answered together, when all of them have been read', async () => {
  const target = new TestTarget()
  const clients = [target.connect(), target.connect(), target.connect()]
  const keys = { InitiatorName: 'iqn.2026-11.io.lunkit:host', SessionType: 'Discovery' }
  for (const [isid, client] of clients.entries()) client.requestLogin(keys, { isid })
  expect(clients.map(({ stream }) => stream.writes)).toEqual([0, 0, 0])
  await settled()
  expect(clients.map(client => client.take(LoginResponse).values.status)).toEqual([0, 0, 0])
})

it('logouts that come together are answered together, and each connection is closed after its answer', async () => {
  const target = new TestTarget()
  const clients = [await target.loggedIn(), target.connect()]
  await clients[1]?.login({ isid: 2 })
  const writes = clients.map(({ stream }) => stream.writes)
  for (const client of clients) client.logout()
  expect(clients.map(({ stream }) => [stream.writes, stream.ended])).toEqual(writes.map(before => [before, false]))
  await settled()
  expect(clients.map(client => client.take(LogoutResponse).values.response)).toEqual([0, 0])
  expect(clients.map(({ stream }) => stream.ended)).toEqual([true, true])
})
