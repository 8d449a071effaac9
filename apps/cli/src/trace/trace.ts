import type { ControlPdu, ControlTrace } from '@lunkit/control/client'
import type { Context, Reply } from '../commands/command.ts'
import { SILENT } from '../commands/command.ts'
import { misused } from '../refusal.ts'
import { PcapngTrace } from './pcapng-trace.ts'
import { pduLine } from './pdu-line.ts'

/** What is traced, and how it is shown. */
export interface TraceGiven {
  readonly initiator?: string
  readonly session?: string
  readonly lun?: string
  readonly seconds?: number
  readonly pcapng?: string
  readonly text?: boolean
  readonly data?: number
}

const MS_PER_SECOND = 1000

/** `trace`: each PDU of an initiator, a session or a LUN, until it is interrupted or its time is over. */
export async function traced(context: Context, given: TraceGiven): Promise<Reply> {
  const { print, data: around } = context
  const { initiator, session, lun, pcapng, data, text = pcapng === undefined } = given
  if (print === undefined && text) throw misused('trace goes on until it is interrupted', 'Right is lunkit trace.')
  const file = pcapng === undefined ? undefined : await PcapngTrace.open(pcapng, context)
  const stop = new AbortController()
  const signals = [context.signal, stop.signal, ...(around ? [around.interrupted()] : [])]
  const signal = AbortSignal.any(signals)
  if (given.seconds !== undefined) void endAfter(context, given.seconds, { stop, signal })
  const asked = { initiator, session, lun, data }
  const known = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  try {
    for await (const told of context.client.trace(known, { signal })) {
      if (text) printTold(told, print)
      await file?.add(told)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stop.abort()
    await file?.close()
  }
  return file?.reply ?? SILENT
}

async function endAfter(
  { clock }: Context,
  seconds: number,
  { stop, signal }: { readonly stop: AbortController; readonly signal: AbortSignal },
): Promise<void> {
  await clock.pause(seconds * MS_PER_SECOND, signal)
  stop.abort()
}

function printTold({ lost, pdus }: ControlTrace, print: Context['print']): void {
  if (lost > 0) print?.([`${lost} PDUs were lost here: they came faster than they were taken`], { lost })
  for (const pdu of pdus) print?.([pduLine(pdu)], shown(pdu))
}

/** A PDU for programs: the line's words, and its bytes. */
const shown = (pdu: ControlPdu): object => ({ ...pdu, line: pduLine(pdu) })
