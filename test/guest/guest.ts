import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findTool } from '../harness/tool.ts'
import { guestImage, type Image } from './image.ts'
import { tellMachine } from './machine-monitor.ts'

/** The guest's emulated processors run on two threads of the host. */
const processors = 2
const memoryMiB = 1024
const bootTimeoutMs = 180_000
/** systemd starts a hundred things, on emulated processors. */
const systemdTimeoutMs = 600_000
const stopTimeoutMs = 30_000
const pollMs = 25
/** How much of a failed script's output an error shows, in characters. */
const excerptLength = 4_000

/** What a script in the guest printed, on both streams, and its exit code. */
export type GuestOutcome = { readonly code: number; readonly output: string }

/** A drive of the guest beside its own: an image, and the device of QEMU that has it. */
export type GuestDrive = {
  readonly path: string
  readonly device: 'virtio-blk-pci' | 'scsi-hd' | 'scsi-cd'
  /**
   * Its serial number. It can be pulled out then; changes stay in the image, and go past the page cache of the host (cache=none). Left out:
   * changes are thrown away.
   */
  readonly serial?: string
}

/** How a guest is booted, where it is not as usual. */
export type GuestOptions = {
  readonly drives?: readonly GuestDrive[]
  /** systemd is process 1, with the services that are enabled; else nothing runs but udev. */
  readonly systemd?: boolean
  /** Ports of the guest by the port of the host's 127.0.0.1 that leads there. */
  readonly forwarded?: Readonly<Record<number, number>>
}

/** A Debian with its own kernel and open-iscsi in QEMU, which runs scripts that the host hands it. */
export class Guest {
  readonly #machine: ChildProcess
  readonly #directory: string
  #scripts = 0

  private constructor(machine: ChildProcess, directory: string) {
    this.#machine = machine
    this.#directory = directory
  }

  /**
   * Boots the image; its disk is thrown away at the end.
   *
   * @param directory where the shared directory and the serial log are made
   * @param options how it is booted
   * @throws Error with the serial log when the guest is not up in time
   */
  static async boot(directory: string, options: GuestOptions = {}): Promise<Guest> {
    const image = await guestImage()
    await mkdir(join(directory, 'share'), { recursive: true })
    const machine = spawn(findTool('qemu-system-x86_64'), machineArguments(image, directory, options), {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const guest = new Guest(machine, directory)
    try {
      await guest.#appears('ready', options.systemd === true ? systemdTimeoutMs : bootTimeoutMs)
    } catch (error) {
      await guest.cut()
      throw error
    }
    return guest
  }

  /** All that the guest's kernel and first process wrote to the console. */
  async serialLog(): Promise<string> {
    return await readFile(join(this.#directory, 'serial.log'), 'utf8')
  }

  /**
   * Runs a bash script as root in the guest and waits for its end.
   *
   * @throws Error when the script does not end in time, with what it printed so far
   */
  async run(script: string, timeoutMs: number): Promise<GuestOutcome> {
    const name = String(this.#scripts)
    this.#scripts += 1
    await writeFile(this.#shared(`${name}.part`), script)
    await rename(this.#shared(`${name}.part`), this.#shared(`${name}.sh`))
    try {
      await this.#appears(`${name}.exit`, timeoutMs)
    } catch (error) {
      const output = await readFile(this.#shared(`${name}.log`), 'utf8').catch(() => '')
      throw new Error(`in the guest:\n${script}\nprinted:\n${output.slice(0, excerptLength)}`, { cause: error })
    }
    const output = await readFile(this.#shared(`${name}.log`), 'utf8')
    return { code: Number(await readFile(this.#shared(`${name}.exit`), 'utf8')), output }
  }

  /**
   * Runs a bash script that stops at its first failing command, and must not fail.
   *
   * @returns what it printed
   * @throws Error with the script and what it printed
   */
  async succeed(script: string, timeoutMs: number): Promise<string> {
    const { code, output } = await this.run(`set -euo pipefail\n${script}\n`, timeoutMs)
    if (code !== 0)
      throw new Error(`in the guest, exit code ${code}:\n${script}\nprinted:\n${output.slice(0, excerptLength)}`)
    return output
  }

  /** Turns the guest off by its kernel, so that what it holds open is closed as at a power failure. */
  async stop(): Promise<void> {
    if (this.#ended()) return
    const closed = once(this.#machine, 'close')
    const deadline = setTimeout(() => this.#machine.kill('SIGKILL'), stopTimeoutMs)
    await writeFile(this.#shared(`${this.#scripts}.sh`), 'echo o > /proc/sysrq-trigger')
    await closed
    clearTimeout(deadline)
  }

  /** Pulls a drive out that has this serial number, which the guest is not asked for. */
  async pullOut({ serial = '' }: GuestDrive): Promise<void> {
    await tellMachine(monitorIn(this.#directory), 'device_del', { id: deviceOf(serial) })
  }

  /** Plugs such a drive in again. */
  async plugIn({ device, serial = '' }: GuestDrive): Promise<void> {
    const args = { driver: device, drive: serial, serial, id: deviceOf(serial) }
    await tellMachine(monitorIn(this.#directory), 'device_add', args)
  }

  /** Ends the machine by SIGKILL, as a power failure does: of its drives there is what had left the guest. */
  async cut(): Promise<void> {
    if (this.#ended()) return
    const closed = once(this.#machine, 'close')
    this.#machine.kill('SIGKILL')
    await closed
  }

  async #appears(name: string, timeoutMs: number): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs
    while (!existsSync(this.#shared(name))) {
      if (this.#ended()) throw new Error(`the guest ended; its console:\n${await this.serialLog()}`)
      if (performance.now() > deadlineMs) {
        throw new Error(`the guest made no ${name} within ${timeoutMs} ms; its console:\n${await this.serialLog()}`)
      }
      await delay(pollMs)
    }
  }

  #ended(): boolean {
    return this.#machine.exitCode !== null || this.#machine.signalCode !== null
  }

  #shared(name: string): string {
    return join(this.#directory, 'share', name)
  }
}

// On a busy host an emulated timer is late enough for the kernel to take it for broken, and to panic.
const kernelArguments = 'console=ttyS0 panic=-1 mitigations=off no_timer_check quiet loglevel=4'

/** Nobody logs in, there is no message bus that logind could use, and others only take their time. */
const leftOutUnits = [
  'systemd-logind.service',
  'getty.target',
  'e2scrub_reap.service',
  'apt-daily.timer',
  'dpkg-db-backup.timer',
]
const withSystemd = ['', 'guest.systemd', ...leftOutUnits.map(unit => `systemd.mask=${unit}`)].join(' ')

/** What QEMU calls the device of a drive that has a serial number. */
const deviceOf = (serial: string): string => `${serial}-device`

/** Where the machine takes commands. */
const monitorIn = (directory: string): string => join(directory, 'monitor')

function driveArguments(drives: readonly GuestDrive[]): string[] {
  const bus = drives.some(({ device }) => device.startsWith('scsi')) ? ['-device', 'virtio-scsi-pci'] : []
  const each = drives.flatMap(({ path, device, serial }, at) =>
    serial === undefined
      ? [
          ...['-drive', `if=none,id=drive${at},format=raw,snapshot=on,file=${path}`],
          ...['-device', `${device},drive=drive${at}`],
        ]
      : [
          ...['-blockdev', `raw,node-name=${serial},cache.direct=on,file.driver=file,file.filename=${path}`],
          ...['-device', `${device},drive=${serial},serial=${serial},id=${deviceOf(serial)}`],
        ],
  )
  return [...bus, ...each]
}

function machineArguments(image: Image, directory: string, options: GuestOptions): string[] {
  const { systemd, forwarded = {}, drives = [] } = options
  const forwards = Object.entries(forwarded).map(([host, guest]) => `,hostfwd=tcp:127.0.0.1:${host}-:${guest}`)
  return [
    ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', String(processors), '-m', `${memoryMiB}M`],
    ...['-display', 'none', '-nodefaults', '-no-reboot', '-serial', `file:${join(directory, 'serial.log')}`],
    ...['-kernel', image.kernelPath, '-initrd', image.initrdPath],
    ...['-append', `${kernelArguments}${systemd === true ? withSystemd : ''}`],
    ...[
      '-drive',
      `if=none,id=root,format=raw,snapshot=on,file=${image.diskPath}`,
      '-device',
      'virtio-blk-pci,drive=root',
    ],
    ...driveArguments(drives),
    ...['-netdev', `user,id=net${forwards.join('')}`, '-device', 'virtio-net-pci,netdev=net'],
    ...['-device', 'virtio-rng-pci', '-qmp', `unix:${monitorIn(directory)},server=on,wait=off`],
    ...['-fsdev', `local,id=share,security_model=none,path=${join(directory, 'share')}`],
    ...['-device', 'virtio-9p-pci,fsdev=share,mount_tag=share'],
  ]
}
