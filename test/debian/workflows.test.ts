import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Job {
  readonly if?: string
  readonly uses?: string
  readonly needs?: string
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps?: readonly { readonly run?: string; readonly uses?: string }[]
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

const read = (name: string): Workflow =>
  parse(readFileSync(new URL(`../../.github/workflows/${name}.yml`, import.meta.url), 'utf8')) as Workflow

const commandsOf = (job: Job | undefined): string[] => (job?.steps ?? []).flatMap(({ run }) => run ?? [])

describe('the workflows', () => {
  it('check a change by .ci/run, with no right but to read', () => {
    const ci = read('ci')
    expect(Object.keys(ci.on).sort()).toEqual(['pull_request', 'push', 'workflow_call'])
    expect(ci.permissions).toEqual({ contents: 'read' })
    expect(commandsOf(ci.jobs['run'])).toContain('.ci/run')
    expect(Object.values(ci.jobs).every(job => job.permissions === undefined)).toBe(true)
  })

  it('publish only when somebody asks for it, from main of this repository, and after the check', () => {
    const { on, jobs, permissions } = read('release')
    expect(Object.keys(on)).toEqual(['workflow_dispatch'])
    expect(permissions).toEqual({ contents: 'read' })
    expect(jobs['check']?.if).toBe("github.repository == 'lunkit/lunkit' && github.ref == 'refs/heads/main'")
    expect(jobs['check']?.uses).toBe('./.github/workflows/ci.yml')
    expect(jobs['publish']?.needs).toBe('check')
    expect(jobs['publish']?.permissions).toEqual({ contents: 'write', 'id-token': 'write' })
    expect(commandsOf(jobs['publish'])).toContain('npx changeset publish')
  })

  it('tell git who makes the tags of a release, before it makes them', () => {
    const commands = commandsOf(read('release').jobs['publish'])
    const named = commands.findIndex(each => /git config user\.name .* && git config user\.email /.test(each))
    expect(named).toBeGreaterThanOrEqual(0)
    expect(commands.indexOf('npx changeset publish')).toBeGreaterThan(named)
  })

  it('use no secret of their own', () => {
    for (const name of ['ci', 'release'])
      expect(readFileSync(new URL(`../../.github/workflows/${name}.yml`, import.meta.url), 'utf8')).not.toContain(
        'secrets.',
      )
  })
})
