import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

function run(program: string, option: string) {
  const path = fileURLToPath(new URL(`../${program}`, import.meta.url))
  return spawnSync(process.execPath, ['--conditions=source', path, option], { encoding: 'utf8' })
}

describe.each([
  ['bench', 'bench/bench.ts'],
  ['fuzz', 'fuzz/main.ts'],
  ['scale', 'scale/scale.ts'],
  ['soak', 'soak/soak.ts'],
])('npm run %s', (name, program) => {
  it('--help: says how it is called', () => {
    expect(run(program, '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining(`npm run ${name} -- [`) })
  })

  it('an option that there is not: says so, and how it is called', () => {
    const { status, stdout, stderr } = run(program, '--bogus')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      expect.stringContaining("'--bogus'"),
      expect.stringContaining(`npm run ${name} -- [`),
    ])
  })
})
