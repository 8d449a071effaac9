import { describe, expect, it } from 'vitest'
import { connectionMachine } from './connection-states.ts'
import { IllegalTransition, type Machine, moved, type StateRow, stateDiagram } from './machine.ts'
import { sessionMachine } from './session-states.ts'

const rows = (machine: Machine<string, string>): [string, StateRow<string, string>][] => Object.entries(machine)

/** The states that some sequence of events leads to. */
function reachable(machine: Machine<string, string>, from: string): Set<string> {
  const found = new Set([from])
  for (const state of found) for (const { to } of machine[state]?.transitions ?? []) found.add(to)
  return found
}

const numbered = (machine: Machine<string, string>): string[] =>
  rows(machine).flatMap(([from, { transitions }]) => transitions.map(({ rule, to }) => `${from} ${rule} ${to}`))

describe.each([
  ['connection', connectionMachine as Machine<string, string>],
  ['session', sessionMachine as Machine<string, string>],
])('the %s states', (_name, machine) => {
  it('are all reached from FREE', () => {
    expect([...reachable(machine, 'FREE')].sort()).toEqual(Object.keys(machine).sort())
  })

  it('all lead back to FREE', () => {
    for (const state of Object.keys(machine)) expect(reachable(machine, state)).toContain('FREE')
  })

  it('answer an event in one way only', () => {
    for (const [, { transitions }] of rows(machine))
      expect(new Set(transitions.map(({ on }) => on)).size).toBe(transitions.length)
  })

  it('are drawn with every transition', () => {
    const lines = stateDiagram(machine).split('\n')
    expect(lines[0]).toBe('stateDiagram-v2')
    for (const [from, { transitions }] of rows(machine))
      for (const { on, to, rule } of transitions) expect(lines).toContain(`  ${from} --> ${to}: ${rule} ${on}`)
  })
})

describe('a connection at a target', () => {
  it('has the transitions of RFC 7143 8.1.4, and M1 of 8.2', () => {
    // The table of 8.1.4, row by row; T7, T13 and M1 each stand for several events.
    expect(new Set(numbered(connectionMachine as Machine<string, string>))).toEqual(
      new Set([
        'FREE T3 XPT_UP',
        'XPT_UP T6 FREE',
        'XPT_UP T4 IN_LOGIN',
        'IN_LOGIN T7 FREE',
        'IN_LOGIN T5 LOGGED_IN',
        'LOGGED_IN T8 FREE',
        'LOGGED_IN T9 IN_LOGOUT',
        'LOGGED_IN T11 LOGOUT_REQUESTED',
        'LOGGED_IN T15 CLEANUP_WAIT',
        'IN_LOGOUT T13 FREE',
        'IN_LOGOUT T17 CLEANUP_WAIT',
        'LOGOUT_REQUESTED T18 FREE',
        'LOGOUT_REQUESTED T10 IN_LOGOUT',
        'LOGOUT_REQUESTED T12 LOGOUT_REQUESTED',
        'LOGOUT_REQUESTED T16 CLEANUP_WAIT',
        'CLEANUP_WAIT M1 FREE',
      ]),
    )
  })

  it('goes by the table alone', () => {
    expect(moved(connectionMachine, 'XPT_UP', 'loginReceived')).toBe('IN_LOGIN')
    expect(() => moved(connectionMachine, 'XPT_UP', 'logoutReceived')).toThrow(IllegalTransition)
    expect(() => moved(connectionMachine, 'XPT_UP', 'logoutReceived')).toThrow(
      'logoutReceived in state XPT_UP, which knows loginReceived, lost',
    )
  })
})

describe('a session at a target', () => {
  it('has the transitions of RFC 7143 8.3.2 that ErrorRecoveryLevel 0 knows', () => {
    expect(numbered(sessionMachine as Machine<string, string>)).toEqual([
      'FREE N1 ACTIVE',
      'ACTIVE N2 LOGGED_IN',
      'ACTIVE N9 FREE',
      'LOGGED_IN N3 FREE',
      'LOGGED_IN N5 FAILED',
      'FAILED N6 FREE',
    ])
  })
})
