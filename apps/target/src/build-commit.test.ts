import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildCommit } from './build-commit.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const OTHER = 'f'.repeat(40)
const directory = mkdtempSync(join(tmpdir(), 'lunkitd-commit-'))
afterAll(() => rmSync(directory, { recursive: true }))
let trees = 0

/** The commit of a package in a directory that has these files, by their paths. */
function commitIn(files: Readonly<Record<string, string>>): string | undefined {
  const root = join(directory, String(trees++))
  const all = { 'package.json': '{ "name": "lunkit-monorepo" }', 'apps/target/package.json': '{}', ...files }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text.replaceAll('ROOT', root))
  }
  return buildCommit(join(root, 'apps/target'))
}

describe('the commit of a build', () => {
  it.each([
    [
      'that its manifest says',
      { 'apps/target/package.json': `{ "gitHead": "${OTHER}" }`, '.git/HEAD': `${COMMIT}\n` },
      OTHER,
    ],
    ['that is checked out by itself', { '.git/HEAD': `${COMMIT}\n` }, COMMIT],
    ['of the branch that is', { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': `${COMMIT}\n` }, COMMIT],
    [
      'of a branch that is packed',
      {
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.git/packed-refs': `# pack-refs\n${OTHER} refs/heads/a\n${COMMIT} refs/heads/main\n`,
      },
      COMMIT,
    ],
    [
      'of a branch that has none yet',
      { '.git/HEAD': 'ref: refs/heads/new\n', '.git/packed-refs': `${OTHER} refs/heads/a\n` },
      undefined,
    ],
    [
      'of a work tree beside its repository',
      {
        '.git': 'gitdir: ROOT/other/worktrees/a\n',
        'other/worktrees/a/HEAD': 'ref: refs/heads/a\n',
        'other/worktrees/a/commondir': '../..\n',
        'other/refs/heads/a': `${COMMIT}\n`,
      },
      COMMIT,
    ],
    ['unknown without a repository', {}, undefined],
    ['unknown on a branch without a commit', { '.git/HEAD': 'ref: refs/heads/main\n' }, undefined],
    [
      "not that of somebody else's repository",
      { 'package.json': '{ "name": "a" }', '.git/HEAD': `${COMMIT}\n` },
      undefined,
    ],
  ] as const)('is the one %s', (_, files, commit) => {
    expect(commitIn(files)).toBe(commit)
  })
})
