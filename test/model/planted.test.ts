import type { CommandResult } from '@lunkit/initiator'
import { decodeSense, SenseKey } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scratch } from '../harness/scratch.ts'
import { planting } from '../soak/planted-store.ts'
import { runModel } from './model-run.ts'
import type { Execute, ServedOptions } from './served.ts'

const CASES = 400
const SEED = 5

const isAttention = ({ status, sense }: CommandResult): boolean =>
  status === Status.checkCondition && decodeSense(sense).code.key === SenseKey.unitAttention

/** Nobody hears of a unit attention: the command that it ended is sent again. */
const withoutAttentions: Execute = (nexus, request, sessions) => {
  const session = sessions[nexus]
  if (!session) throw new Error(`nexus ${nexus} has no session`)
  const command = session.execute(request)
  const heard = (result: CommandResult): Promise<CommandResult> | CommandResult =>
    isAttention(result) ? session.execute(request).result : result
  return { ...command, result: command.result.then(heard) }
}

/** Reservations keep nobody out: the command is done for somebody whom the unit lets in. */
const withoutReservations: Execute = (nexus, request, sessions) => {
  const session = sessions[nexus]
  if (!session) throw new Error(`nexus ${nexus} has no session`)
  const command = session.execute(request)
  const letIn = async (first: CommandResult): Promise<CommandResult> => {
    let result = first
    for (const other of sessions)
      if (other && result.status === Status.reservationConflict) result = await other.execute(request).result
    return result
  }
  return { ...command, result: command.result.then(letIn) }
}

describe('the model finds', () => {
  let scratch: Scratch
  beforeAll(async () => {
    scratch = await Scratch.create('model-planted')
  })
  afterAll(() => scratch.remove())

  /** What the model says of a target with a bug. */
  const verdict = (bug: Omit<ServedOptions, 'directory'>): Promise<string> =>
    runModel({ cases: CASES, seed: SEED, shrink: false, directory: scratch.directory, ...bug }).then(
      () => 'nothing found',
      (error: Error) => error.message,
    )

  it.each(['dropped', 'stale', 'torn'] as const)('a write that is %s', async bug => {
    // The planted store wants one behind it that answers in place.
    const wrap: ServedOptions['wrap'] = (storage, blockSizeBytes) =>
      storage.name?.startsWith('ramdisk') ? planting(storage, bug, blockSizeBytes) : storage
    expect(await verdict({ wrap })).toMatch(/ModelError: ramdisk(512|4096)(:| holds)/)
  })

  it('a unit attention that is not reported', async () => {
    expect(await verdict({ execute: withoutAttentions })).toMatch(/ModelError: .*no order of these explains/)
  })

  it('a reservation that keeps nobody out', async () => {
    const said = await verdict({ execute: withoutReservations })
    expect(said).toMatch(/ModelError: .*no order of these explains/)
    expect(said).toMatch(/"kind":"reserve"/)
  })
})
