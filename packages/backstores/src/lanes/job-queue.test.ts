import { describe, expect, it } from 'vitest'
import { NotedJob } from '../testing/noted-job.ts'
import { JobQueue } from './job-queue.ts'

const jobs = (count: number) => Array.from({ length: count }, (_, offset) => new NotedJob({ offset }))

describe('a queue of jobs', () => {
  it('hands out what came first, and nothing once it is empty', () => {
    const queue = new JobQueue()
    const [one, two, three] = jobs(3) as [NotedJob, NotedJob, NotedJob]
    expect([queue.isEmpty, queue.peek(), queue.shift()]).toEqual([true, undefined, undefined])
    queue.push(one)
    queue.push(two)
    expect([queue.isEmpty, queue.peek() === one, queue.shift() === one]).toEqual([false, true, true])
    queue.push(three)
    expect([queue.shift() === two, queue.isEmpty, queue.shift() === three]).toEqual([true, false, true])
    expect([queue.isEmpty, queue.peek(), queue.shift()]).toEqual([true, undefined, undefined])
  })

  it('begins anew after it was empty', () => {
    const queue = new JobQueue()
    const [one, two] = jobs(2) as [NotedJob, NotedJob]
    queue.push(one)
    queue.shift()
    queue.push(two)
    expect([queue.peek() === two, queue.shift() === two, queue.isEmpty]).toEqual([true, true, true])
  })

  it('leaves a job that it has handed out without the ones that came behind it', () => {
    const [from, to] = [new JobQueue(), new JobQueue()]
    const [one, two] = jobs(2) as [NotedJob, NotedJob]
    from.push(one)
    from.push(two)
    to.push(from.shift() as NotedJob)
    expect([to.shift() === one, to.shift()]).toEqual([true, undefined])
    one.next = two
    to.push(one)
    expect([to.shift() === one, to.shift()]).toEqual([true, undefined])
  })
})
