import type { TestProjectInlineConfiguration } from 'vitest/config'

/**
 * Has vitest run as many files of a suite at once as there are processors. By itself it leaves one of them to the rest of the machine, so
 * that on two it runs one file after the other.
 *
 * @param files patterns of all files of the suite
 * @param alone those that judge times: they come after all others, one by one
 */
export function sideBySide(files: readonly string[], alone: readonly string[]): TestProjectInlineConfiguration[] {
  const besides = { include: [...files], exclude: [...alone], maxWorkers: '100%', sequence: { groupOrder: 0 } }
  return [
    { extends: true, test: { name: 'side by side', ...besides } },
    { extends: true, test: { name: 'alone', include: [...alone], maxWorkers: 1, sequence: { groupOrder: 1 } } },
  ]
}
