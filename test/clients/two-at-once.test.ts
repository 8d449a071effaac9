import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { ControlClient } from '@lunkit/control/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SeededRandom } from '../harness/seeded-random.ts'
import { ManagedMachine } from './managed-machine.ts'

/** How often each of them changes something. */
const changes = 1000
const seed = 20_261_129
const iqn = 'iqn.2026-11.io.lunkit.test:contested'
const luns = `/iscsi/${iqn}/tpg1/luns`
const names = ['a', 'b', 'c'] as const

let machine: ManagedMachine

beforeAll(async () => {
  machine = await ManagedMachine.start('two-at-once')
  await machine.targetcli('set global auto_add_default_portal=false')
  await machine.targetcli(`/iscsi create ${iqn}`)
})

afterAll(() => machine?.stop())

/** Changes of the same few things, some of which are there and some not. */
function script(random: SeededRandom): readonly string[] {
  return Array.from({ length: changes }, () => {
    const name = names[random.below(names.length)]
    return [
      `/backstores/ramdisk create ${name} 1M`,
      `/backstores/ramdisk delete ${name}`,
      `${luns} create /backstores/ramdisk/${name}`,
      `${luns} delete lun${random.below(names.length)}`,
      `/backstores/ramdisk/${name} set attribute queue_depth=${random.between(1, 100)}`,
    ][random.below(5)] as string
  })
}

/** Has one targetcli do them, and save; how many of them were answered as done and as refused. */
async function run(lines: readonly string[]): Promise<{ done: number; refused: number }> {
  const child = spawn(machine.scratch.path('targetcli'), ['--json'], {
    env: { ...process.env, ...machine.environment },
  })
  const said = Promise.all([text(child.stdout), text(child.stderr)])
  child.stdin.end(`${lines.join('\n')}\n`)
  const [out, err] = await said
  // An answer stands behind a prompt; the last one is that of the end, where it saves.
  const answers = out.split('\n').filter(line => line.includes('> {'))
  return { done: answers.length, refused: err.split('\n').filter(line => line.startsWith('{"error":')).length }
}

it('two that change the same things are each answered, done or refused, and the file is what is served', async () => {
  const scripts = [seed, seed + 1].map(each => script(new SeededRandom(each)))
  const answers = await Promise.all(scripts.map(run))
  console.log(`${changes} changes each: ${JSON.stringify(answers)}`)
  for (const { done, refused } of answers) {
    expect(done + refused).toBe(changes)
    expect(Math.min(done, refused)).toBeGreaterThan(0)
  }
  expect((await machine.targetcli('saveconfig')).code).toBe(0)
  const saved: unknown = JSON.parse(await readFile(machine.scratch.path('saveconfig.json'), 'utf8'))
  const client = new ControlClient({ path: machine.scratch.path('control.sock') })
  expect(saved).toEqual(JSON.parse((await client.call('document')).document))
})
