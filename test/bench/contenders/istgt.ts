import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../harness/free-port.ts'
import { findTool } from '../../harness/tool.ts'
import { ContenderName } from '../rows.ts'
import type { BenchStore } from './bench-store.ts'
import { type Contender, iscsiReach, loginParameters } from './contender.ts'

const base = 'iqn.2026-11.io.lunkit.bench'
const host = '127.0.0.1'
const startTimeoutMs = 10_000

/** Starts istgt on a file. It has no unsolicited data but what is immediate, and no digests. */
export async function startIstgt(store: BenchStore, directory: string): Promise<Contender> {
  await mkdir(directory)
  const port = await freePort()
  const config = join(directory, 'istgt.conf')
  await writeFile(join(directory, 'auth.conf'), '')
  await writeFile(config, configuration({ store, directory, port, controlPort: await freePort() }))
  const child = spawn(findTool('istgt'), ['-D', '-c', config], { stdio: 'ignore' })
  await listening(child, port)
  return {
    name: ContenderName.istgt,
    store,
    reach: iscsiReach({ host, port, iqn: `${base}:disk0`, lun: 0 }),
    pid: child.pid ?? 0,
    stop: async () => {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
    },
  }
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`istgt ended with ${child.exitCode} at start`)
    if (performance.now() > deadlineMs) throw new Error(`istgt does not listen after ${startTimeoutMs} ms`)
    await delay(50)
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, host)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

type Placed = {
  readonly store: BenchStore
  readonly directory: string
  readonly port: number
  readonly controlPort: number
}

/** istgt.conf(5). InitialR2T knows no other value than Yes. */
function configuration({ store, directory, port, controlPort }: Placed): string {
  const { FirstBurstLength, MaxBurstLength, MaxRecvDataSegmentLength, MaxOutstandingR2T } = loginParameters
  return `[Global]
  NodeBase "${base}"
  PidFile ${directory}/istgt.pid
  AuthFile ${directory}/auth.conf
  MediaDirectory ${directory}
  LogFacility "local7"
  Timeout 30
  NopInInterval 0
  DiscoveryAuthMethod None
  MaxSessions 16
  MaxConnections 4
  MaxR2T 32
  MaxOutstandingR2T ${MaxOutstandingR2T}
  DefaultTime2Wait 2
  DefaultTime2Retain 0
  FirstBurstLength ${FirstBurstLength}
  MaxBurstLength ${MaxBurstLength}
  MaxRecvDataSegmentLength ${MaxRecvDataSegmentLength}
  InitialR2T Yes
  ImmediateData Yes
  DataPDUInOrder Yes
  DataSequenceInOrder Yes
  ErrorRecoveryLevel 0
[UnitControl]
  AuthMethod None
  Portal UC1 ${host}:${controlPort}
  Netmask ${host}
[PortalGroup1]
  Portal DA1 ${host}:${port}
[InitiatorGroup1]
  InitiatorName "ALL"
  Netmask ${host}
[LogicalUnit1]
  TargetName disk0
  Mapping PortalGroup1 InitiatorGroup1
  AuthMethod None
  UseDigest Auto
  UnitType Disk
  QueueDepth 128
  LUN0 Storage ${store.path} ${store.sizeBytes / 2 ** 20}MB
`
}
