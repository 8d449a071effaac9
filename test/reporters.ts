import type { TestUserConfig } from 'vitest/node'

/** What a suite prints, and under CI the report from which the totals are added up: `reports/<suite>.json`. */
export function reporters(suite: string): NonNullable<TestUserConfig['reporters']> {
  return process.env.CI ? ['default', ['json', { outputFile: `reports/${suite}.json` }]] : ['default']
}
