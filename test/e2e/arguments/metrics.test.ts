import * as metrics from '@lunkit/metrics'
import { MetricsServer, type MetricsSource } from '@lunkit/metrics'
import { describeArguments } from './argument-tests.ts'
import {
  eachBad,
  eachChanged,
  eachLacking,
  NO_FUNCTIONS,
  NO_OBJECTS,
  NO_OPTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'

const LIMITS = without([...NO_WHOLE_NUMBERS, 0, 2 ** 31], undefined)
const never = () => Promise.reject(new Error('it is not asked'))
const source: MetricsSource = { read: never, isReady: never, isHealthy: never }

describeArguments('@lunkit/metrics', {
  door: metrics,
  calls: {
    'MetricsServer.open': () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => MetricsServer.open(bad)),
      ...eachChanged(
        { host: '127.0.0.1', port: 0, source },
        {
          host: NO_TEXTS,
          port: [...NO_WHOLE_NUMBERS, 65_536],
          source: [...NO_OBJECTS, ...eachLacking(source), { ...source, read: 1 }],
          pages: [...without(NO_OBJECTS, undefined), {}, { answer: 1 }],
          initiators: [...without(NO_WHOLE_NUMBERS, undefined), 100_001],
          compat: [null, 1, 'ceph-iscsi', {}, ['ceph'], [1]],
          webConfigFile: [...without(NO_TEXTS, undefined), 'a\0b'],
          tell: NO_FUNCTIONS,
          limits: [...without(NO_OPTIONS, undefined), ...LIMITS.map(answers => ({ answers }))],
        },
        bad => MetricsServer.open(bad),
      ),
    ],
  },
  untried: { noArguments: ['MetricsServer.close'], insideOfPackages: ['new MetricsServer'] },
})
