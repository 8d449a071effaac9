import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findTool } from '../harness/tool.ts'
import { ManagedMachine } from './managed-machine.ts'
import { Terminal } from './terminal.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:first'
const tpg = `/iscsi/${iqn}/tpg1`

let machine: ManagedMachine
beforeAll(async () => {
  machine = await ManagedMachine.start('completion')
  await mkdir(machine.scratch.path('files'))
  await writeFile(machine.scratch.path('files/wanted file.json'), '{}')
})
afterAll(() => machine?.stop())

/** How each shell is started without what a user has set, and what reads the script. */
const SHELLS = {
  bash: { args: ['--norc', '--noprofile'], reads: 'source <(lunkit completion bash)' },
  zsh: { args: ['-f'], reads: 'autoload -U compinit; compinit -u -D; source <(lunkit completion zsh)' },
  fish: {
    args: ['--no-config', '-C', "function fish_prompt; echo '$ '; end"],
    reads: 'lunkit completion fish | source',
  },
} as const

describe.each(['bash', 'zsh', 'fish'] as const)('in %s, Tab', shell => {
  let terminal: Terminal
  const { args, reads } = SHELLS[shell]

  beforeAll(async () => {
    const environment = { ...machine.environment, HOME: machine.scratch.directory, ZDOTDIR: machine.scratch.directory }
    const program = shell === 'bash' ? '/bin/bash' : findTool(shell)
    terminal = await Terminal.start([program, ...args], { environment, columns: 160 })
    await terminal.shows(/^\$/m)
    await terminal.types(`${reads}; cd ${machine.scratch.directory}; echo read''y\n`)
    await terminal.shows(/^ready$/m)
  })
  afterAll(() => terminal?.stop())

  it.each([
    ['a command', 'lunkit stat', 'lunkit status'],
    ['an option', 'lunkit --jso', 'lunkit --json'],
    ['the value of an option', 'lunkit --control contr', 'lunkit --control control.sock'],
    ['a path', 'lunkit --json /iscsi/iqn.2026-11.io', `lunkit --json /iscsi/${iqn}/`],
    ['a command of a path', `lunkit ${tpg} dis`, `lunkit ${tpg} disable`],
    ['a name', `lunkit ${tpg}/luns create storage_o`, `lunkit ${tpg}/luns create storage_object=`],
    ['a value by its place', `lunkit ${tpg}/luns create /backstores/r`, `create /backstores/ramdisk/first`],
    [
      'a value by its name',
      'lunkit /backstores/ramdisk delete name=fi',
      'lunkit /backstores/ramdisk delete name=first',
    ],
    ['a group', `lunkit ${tpg} get par`, `lunkit ${tpg} get parameter`],
    ['an attribute', `lunkit ${tpg} set attribute authent`, `lunkit ${tpg} set attribute authentication=`],
    ['a file, whatever is in its name', 'lunkit plan files/wan', 'lunkit plan files/wanted\\ file.json'],
  ])('completes %s: %s', async (_what, typed, completed) => {
    await terminal.presses('C-u')
    await terminal.types(typed)
    await terminal.presses('Tab')
    const quoted = completed.replace(/files.*$/, "'files/wanted file.json'")
    const screen = await terminal.shows(lines => lines.some(each => each.includes(completed) || each.includes(quoted)))
    expect(screen.filter(line => /error|not found|trace/i.test(line))).toEqual([])
  })

  it('says nothing where no daemon answers', async () => {
    await terminal.presses('C-u')
    await terminal.types('lunkit --control /nowhere /isc')
    await terminal.presses('Tab')
    await terminal.types('#there')
    const screen = await terminal.shows(/#there/)
    expect(screen.join('\n')).toContain('lunkit --control /nowhere /isc#there')
    expect(screen.join('\n')).not.toContain('no lunkitd')
  })
})
