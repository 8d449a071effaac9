/** The thread that watches the protocol thread: it has nothing to do but to look, so that it can say what that one cannot. */
import { parentPort, workerData } from 'node:worker_threads'
import { type LogOptions, openLog } from '../log/log.ts'
import { BEAT_MS, BeatWatch, type Finding } from './beat-watch.ts'
import { Beats, Side } from './beats.ts'
import { processorShare, threadNumber } from './processor-share.ts'
import type { StandIn, StandInOptions } from './stand-in.ts'
import { TextMemory } from './text-memory.ts'

/** What it is given. */
export interface WatchTask {
  readonly beats: SharedArrayBuffer
  /** What `status` answered last, without health. */
  readonly status: SharedArrayBuffer
  readonly log: LogOptions
}

const task = workerData as WatchTask
const log = openLog(task.log)
const beats = new Beats(task.beats)
const status = new TextMemory(task.status)
const watch = new BeatWatch(() => processorShare(beats.thread(Side.protocol)))
/** Two seconds, for a report. */
let endingLooks = 8
let standIn: Promise<StandIn | undefined> | undefined

/** An answer of the control API, as it was when all was well. */
function lastStatus(): object | undefined {
  const text = status.read()
  return text === undefined ? undefined : (JSON.parse(text) as object)
}

function standsStill(): void {
  const { control: descriptor } = beats
  const forMs = (): number => Math.round(watch.forMs(performance.now()))
  log.error(
    { event: 'standsStill', forMs: forMs() },
    'the protocol thread stands still: no initiator is answered until it goes on',
  )
  if (descriptor !== undefined) standIn = answerFor({ descriptor, lastStatus, forMs })
}

/** Loaded only now: it needs all of lunkit, which takes 40 MiB. */
async function answerFor(options: StandInOptions): Promise<StandIn | undefined> {
  beats.loads()
  try {
    const { StandIn } = await import('./stand-in.ts')
    return StandIn.open(options)
  } finally {
    beats.loaded()
  }
}

function goesOn({ forMs }: Extract<Finding, { kind: 'goesOn' }>): void {
  beats.note({ ended: new Date(), forMs: Math.round(forMs) })
  log.warn(
    { event: 'goesOn', forMs: Math.round(forMs) },
    `the protocol thread goes on: it stood still for ${(forMs / 1000).toFixed(1)} s`,
  )
  void standIn?.then(opened => opened?.close())
  standIn = undefined
}

function look(): void {
  beats.beat(Side.watch)
  // The file system of the report may hang.
  if (beats.isEnding && endingLooks-- === 0) process.kill(process.pid, 'SIGKILL')
  // It has not begun to be watched.
  if (beats.count(Side.protocol) === 0) return
  const finding = watch.look(beats.count(Side.protocol), performance.now())
  if (finding?.kind === 'standsStill') standsStill()
  else if (finding?.kind === 'goesOn') goesOn(finding)
}

beats.begin(Side.watch, threadNumber())
look()
beats.loaded()
parentPort?.postMessage('begun')
setInterval(look, BEAT_MS)
