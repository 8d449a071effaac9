import { type ChildProcess, fork, spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Scratch } from '../harness/scratch.ts'
import type { HeldByHost } from './login-host.ts'
import { type Account, compileLogins, type LoginReport, loginArguments } from './logins.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:held'
const account: Account = { user: 'alice', password: 'secretsecret12' }
/** By hand 2000. */
const SESSIONS = Number(process.env['LUNKIT_LOGIN_SESSIONS'] ?? 200)
const ROUNDS = 10
/** What is there after it was all done some times: what V8 has compiled, pools that have their size. */
const FIRST_ROUND = 3
const PARALLEL = 32
/** Compiled code, and what else comes with time. */
const SLACK_BYTES = 512 * 1024
/** Less than anything that one login could leave. */
const LOGIN_BYTES = 64
const TIMEOUT_MS = 300_000

let scratch: Scratch
let program: string
let host: ChildProcess

beforeAll(async () => {
  scratch = await Scratch.create('logins-held')
  program = scratch.path('iscsi-logins')
  await compileLogins(program)
  const entry = fileURLToPath(new URL('./login-host.ts', import.meta.url))
  host = fork(entry, [iqn, account.user, account.password], { execArgv: ['--conditions=source', '--expose-gc'] })
})

afterAll(async () => {
  if (host.connected) {
    const exit = once(host, 'exit')
    host.disconnect()
    await exit
  }
  await scratch?.remove()
})

async function held(): Promise<HeldByHost> {
  const told = once(host, 'message')
  host.send('held')
  const [answer] = (await told) as [HeldByHost]
  return answer
}

/** Nobody is connected any more when the target knows it too. */
async function heldByNobody(): Promise<HeldByHost> {
  for (let now = await held(); ; now = await held()) if (now.connections === 0) return now
}

type Line = LoginReport & { readonly event?: 'in' | 'out'; readonly seconds: number }

it(`${SESSIONS} sessions log in by CHAP and out again, ${ROUNDS} times, and nothing is left of them`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const [portal] = (await once(host, 'message')) as [{ host: string; port: number }]
  const args = loginArguments({ ...portal, iqn, lun: 0 }, account, PARALLEL)
  const child = spawn(program, [...args, 'rounds', `${ROUNDS}`, `${SESSIONS}`], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = on(createInterface({ input: child.stdout }), 'line', { close: ['close'] })
  const [inside, outside]: [HeldByHost[], HeldByHost[]] = [[], []]
  let report: Line | undefined
  for await (const [text] of lines as AsyncIterable<[string]>) {
    report = JSON.parse(text) as Line
    if (report.event === 'in') inside.push(await held())
    else if (report.event === 'out') outside.push(await heldByNobody())
    if (report.event !== undefined) child.stdin.write('\n')
  }
  const [first, last] = [outside[FIRST_ROUND - 1] as HeldByHost, outside.at(-1) as HeldByHost]
  const logins = (ROUNDS - FIRST_ROUND) * SESSIONS
  const most = inside.at(-1) as HeldByHost
  const perSession = (most.heapBytes - last.heapBytes) / SESSIONS / 1024
  console.log(
    `${report?.logins} logins, ${report?.perSecond} a second; a session holds ${perSession.toFixed(1)} KiB of heap; after round ` +
      `${FIRST_ROUND} ${JSON.stringify(first)}, with all of them ${JSON.stringify(most)}, at the end ${JSON.stringify(last)}`,
  )
  expect([report?.logins, inside.map(({ connections }) => connections)]).toEqual([
    ROUNDS * SESSIONS,
    inside.map(() => SESSIONS),
  ])
  expect({ ...last, heapBytes: 0 }).toEqual({ ...first, heapBytes: 0 })
  expect(last.heapBytes - first.heapBytes).toBeLessThan(SLACK_BYTES + LOGIN_BYTES * logins)
})
