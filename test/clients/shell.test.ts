import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ManagedMachine } from './managed-machine.ts'
import { Terminal } from './terminal.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:first'
const tpg = `/iscsi/${iqn}/tpg1`

let machine: ManagedMachine
let terminal: Terminal
beforeAll(async () => {
  machine = await ManagedMachine.start('shell')
})
afterAll(() => machine?.stop())

/** A terminal with a shell of the system, in which lunkit is started. */
beforeEach(async () => {
  const environment = { ...machine.environment, XDG_STATE_HOME: machine.scratch.path('home') }
  terminal = await Terminal.start(['sh'], { environment })
  await terminal.shows(/^[$#]$/m)
})
afterEach(() => terminal?.stop())

async function startLunkit(): Promise<void> {
  await terminal.types('clear; lunkit\n')
  await terminal.shows(/^\/>$/m)
}

/** Types a line, and waits for the answer. */
async function says(line: string, answer: RegExp): Promise<readonly string[]> {
  await terminal.types(`${line}\n`)
  return terminal.shows(answer)
}

/** What the terminal does with what is typed at the system's shell: it shows it, and edits its lines. */
async function modes(): Promise<string> {
  return (await says("clear; stty -a | grep -o ' -*i*echo \\| -*icanon '", /icanon\n.*echo\n/m)).join('\n')
}
const COOKED = /^ icanon\n echo\n/

describe('the shell of lunkit', () => {
  it('completes paths, commands, names and values, one Tab after another', async () => {
    await startLunkit()
    for (const [keys, completed] of [
      ['/isc', '/> /iscsi/'],
      ['iqn', `/> /iscsi/${iqn}/`],
      ['tpg', `/> ${tpg}/`],
      [' se', `/> ${tpg}/ set`],
      ['attr', 'attribute'],
      ['authent', 'authentication='],
    ] as const) {
      await terminal.types(keys)
      await terminal.presses('Tab')
      await terminal.shows(screen => screen.join('').includes(completed))
    }
    expect(await says('0', /\.$/m)).toContain("Parameter authentication is now '0'.")
  })

  it('shows what there is to choose from, and goes on with what was typed', async () => {
    await startLunkit()
    await terminal.types('/backstores/r')
    await terminal.presses('Tab')
    await terminal.shows(/^\/> \/backstores\/ramdisk\/$/m)
    await terminal.presses('C-u')
    await terminal.types('re')
    // Two that come at once are pasted, and text.
    await terminal.presses('Tab')
    await terminal.presses('Tab')
    const screen = await terminal.shows(/restoreconfig/)
    expect(screen.join('\n')).toMatch(/refusals/)
    await says('fresh', /^\/> refresh\n\/>$/m)
  })

  it('has what was typed before, in this session and the next, and no passwords', async () => {
    await startLunkit()
    await says('pwd', /^\/\n\/>$/m)
    await says(`${tpg} set auth userid=me password=S3cret`, /Parameter password is now '\*{8}'/)
    await terminal.presses('Up')
    await terminal.shows(/^\/> pwd\n?$/m)
    await terminal.presses('C-u', 'C-d')
    await terminal.shows(/Configuration saved/)
    await startLunkit()
    await terminal.presses('Up')
    await terminal.shows(/^\/> pwd$/m)
    await terminal.presses('Up', 'Up', 'Up')
    expect((await terminal.screen()).join('\n')).not.toContain('S3cret')
    expect(await readFile(machine.scratch.path('home/lunkit/history'), 'utf8')).not.toContain('S3cret')
  })

  it('says what is wrong, and goes on', async () => {
    await startLunkit()
    await says('/iscsi creat', /Command not found creat\n\/iscsi has no such command\. There is create\.\n\/>$/m)
    await says('ls "', /The quote at column 4 has no end\./)
    expect(await says('cd /backstores', /^\/backstores>$/m)).toContain('/backstores>')
  })

  it('draws a line again that is longer than the terminal, at any size, and Ctrl-L whatever was there', async () => {
    await startLunkit()
    const line = `ls ${tpg}/acls `.padEnd(150, 'x')
    await terminal.types(line)
    await terminal.shows(screen => screen.join('').includes(line.slice(-60)))
    for (const [columns, rows] of [
      [50, 20],
      [120, 30],
      [80, 24],
    ] as const) {
      await terminal.resize(columns, rows)
      await terminal.presses('C-a')
      await terminal.types('y')
      await terminal.presses('C-e')
      await terminal.types('z')
      const wanted = `y${line}z`.replaceAll(' ', '')
      const shown = (screen: readonly string[]) => screen.join('').replaceAll(' ', '')
      // Once, and nothing of how it was at the size before, which a key leaves that comes at the same moment.
      const screen = await terminal.shows(
        each => shown(each).includes(wanted) && shown(each).split('acls').length === 2,
        'C-l',
      )
      expect(screen.every(each => each.length <= columns)).toBe(true)
      await terminal.presses('BSpace', 'C-a', 'Delete', 'C-e')
    }
    await terminal.presses('C-c')
    await says('pwd', /^\/\n\/>$/m)
  })

  it('gives a line up at Ctrl-C, ends events by it, and ends at Ctrl-D', async () => {
    await startLunkit()
    await terminal.types('/iscsi create iqn.2026-11.com.example:never')
    await terminal.presses('C-c')
    await says('events', /^\/> events$/m)
    const made = await machine.targetcli('/backstores/ramdisk create seen 1M')
    expect(made.code).toBe(0)
    await terminal.shows(/changed .*seen/)
    await terminal.presses('C-c')
    await says('ls /iscsi 1', /o- iqn/)
    expect((await terminal.screen()).join('\n')).not.toMatch(/o- \S*never/)
    await terminal.presses('C-d')
    await terminal.shows(/^\/> exit\n(?:.*\n)*[$#]$/m)
    expect(await modes()).toMatch(COOKED)
  })
})

describe('lunkit top on a terminal', () => {
  /** The lines of a screen that it fills. */
  const fills = (columns: number, rows: number) => (screen: readonly string[]) =>
    screen.length === rows &&
    screen[0]?.startsWith('lunkitd ') === true &&
    screen[2]?.includes('IOPS') === true &&
    screen[rows - 1]?.startsWith('q quits') === true &&
    screen.every(line => line.length <= columns)

  it('fills it, at any size, is redrawn, and gives it back when it is quit', async () => {
    await terminal.types('clear; lunkit top\n')
    const [first = ''] = await terminal.shows(fills(80, 24))
    await terminal.shows(screen => fills(80, 24)(screen) && screen[0] !== first)
    await terminal.resize(60, 12)
    await terminal.shows(fills(60, 12))
    await terminal.resize(150, 40)
    await terminal.shows(fills(150, 40))
    await terminal.types('p')
    await terminal.shows(/\[p p99\]/)
    await terminal.types('q')
    await terminal.shows(/^[$#] clear; lunkit top$|^[$#]$/m)
    expect(await modes()).toMatch(COOKED)
  })

  it('is interrupted in the shell, which has the keys again', async () => {
    await startLunkit()
    await terminal.types('top\n')
    await terminal.shows(fills(80, 24))
    await terminal.presses('C-c')
    await terminal.shows(/^\/> top\n\/>$/m)
    expect(await says('pwd', /^\/\n\/>$/m)).toContain('/')
  })

  it('gives the terminal back when it is ended by a signal', async () => {
    const pid = machine.scratch.path('pid')
    await terminal.types(`clear; sh -c 'echo $$ >${pid}; exec lunkit top'; echo ended $?\n`)
    await terminal.shows(fills(80, 24))
    process.kill(Number(await readFile(pid, 'utf8')), 'SIGTERM')
    await terminal.shows(/^ended 143$/m)
    expect(await modes()).toMatch(COOKED)
  })
})

it('lunkit status fits into the terminal', async () => {
  const screen = await says('clear; lunkit status', /^serves \d+ storage objects?, .*\n[^]*^[$#]$/m)
  expect(screen.length).toBeLessThanOrEqual(24)
  expect(screen.join('\n')).toMatch(/^lunkitd .*: ok$/m)
})
