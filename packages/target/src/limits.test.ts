import { expect, it } from 'vitest'
import { TARGET_LIMITS } from './limits.ts'
import { DEFAULT_ACCESS } from './server/access.ts'

it('the limits of a target are those that its manual tells', () => {
  expect(TARGET_LIMITS).toEqual({
    connectionsInLogin: 1024,
    connectionsInLoginPerSource: 256,
    connections: 4096,
    loginTimeMs: 15_000,
    loginRequests: 64,
    failedLoginDelayMs: 1000,
    failedLoginsHeld: 256,
    pdusPerTurn: 512,
    outputBytesPerTurn: 1_048_576,
    commandDepth: 512,
    immediateCommands: 16,
    managementFunctions: 64,
    abortWaitMs: 2000,
    dataOutBytes: 33_554_432,
    dataInBytes: 8_388_608,
    outputBytes: 262_144,
    outputBytesInAll: 67_108_864,
    outputBytesAtMost: 1_048_576,
    piecesAhead: 2,
    outstandingR2Ts: 16,
    discoveryIdleMs: 60_000,
    lingerMs: 2000,
    windowCheckMs: 500,
    textBytes: 16_384,
    textKeys: 64,
  })
})

it('initiators are treated as LIO treats them', () => {
  // default_cmdsn_depth, dataout_timeout times its retries, nopin_timeout, nopin_response_timeout.
  expect(DEFAULT_ACCESS).toEqual({
    commandDepth: 64,
    dataOutTimeoutMs: 15_000,
    pingAfterMs: 15_000,
    pingTimeoutMs: 30_000,
  })
})
