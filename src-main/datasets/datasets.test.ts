import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeLabels } from './audiocraft.ts'
import { hashItems, secondsOf, type DatasetItem } from './item.ts'
import { splitSessions } from './split-sessions.ts'
import { measureStatistics } from './statistics.ts'
import { countEncoded, openTokenCache } from './token-cache.ts'
import { createZipFile, openZipFile } from './zip-file.ts'

const createItem = (fields: Partial<DatasetItem>): DatasetItem => ({
  sliceId: 'recording-1-0',
  recordingId: 'recording-1',
  assetId: 'a'.repeat(64),
  fileName: 'air.wav',
  name: 'Air',
  sessionId: 'session-1',
  sessionName: 'Tuesday',
  duplicateOf: null,
  startSeconds: 0,
  endSeconds: 4,
  caption: 'solo violin',
  tags: [],
  instrument: 'violin',
  key: 'D major',
  bpm: null,
  pitchLow: 62,
  pitchHigh: 64,
  register: 'middle',
  articulation: null,
  dynamics: 'soft',
  quality: 1,
  licence: 'own',
  isShareable: false,
  cleaning: null,
  ...fields,
})

const arbitraryItems = fc
  .array(
    fc.record({
      recording: fc.nat(25),
      session: fc.option(fc.nat(8)),
      twin: fc.option(fc.nat(25)),
      seconds: fc.integer({ min: 1, max: 30 }),
    }),
    { maxLength: 60 },
  )
  .map((rows) => {
    // A recording has one session and at most one twin, whatever its slices drew.
    const facts = new Map(rows.map(({ recording, session, twin }) => [recording, { session, twin }]))
    return rows.map(({ recording, seconds }, i) =>
      createItem({
        sliceId: `recording-${recording}-${i}`,
        recordingId: `recording-${recording}`,
        sessionId: facts.get(recording)?.session === null ? null : `session-${facts.get(recording)?.session}`,
        duplicateOf: facts.get(recording)?.twin === null ? null : `recording-${facts.get(recording)?.twin}`,
        endSeconds: seconds,
      }),
    )
  })

describe('splitting', () => {
  it('never parts a session, nor recordings that sound alike', () => {
    fc.assert(
      fc.property(arbitraryItems, fc.nat(1000), (items, seed) => {
        const splits = splitSessions(items, { validation: 0.2, test: 0.2, seed })
        const known = new Set(items.map(({ recordingId }) => recordingId))
        for (const a of items) {
          expect(splits.has(a.recordingId)).toBe(true)
          if (a.duplicateOf !== null && known.has(a.duplicateOf)) expect(splits.get(a.recordingId)).toBe(splits.get(a.duplicateOf))
          for (const b of items)
            if (a.sessionId !== null && a.sessionId === b.sessionId) expect(splits.get(a.recordingId)).toBe(splits.get(b.recordingId))
        }
        expect(splitSessions([...items].reverse(), { validation: 0.2, test: 0.2, seed })).toEqual(splits)
        if (items.length > 0) expect([...splits.values()]).toContain('train')
      }),
      { numRuns: 150 },
    )
  })

  it('comes near the wanted shares where sessions are many, and holds none back where they are few', () => {
    const items = Array.from({ length: 200 }, (_, i) =>
      createItem({ recordingId: `recording-${i}`, sessionId: `session-${i % 50}`, endSeconds: 1 + (i % 9) }),
    )
    const splits = splitSessions(items, { validation: 0.1, test: 0.1, seed: 3 })
    const total = items.reduce((sum, item) => sum + secondsOf(item), 0)
    for (const split of ['validation', 'test']) {
      const share =
        items.filter(({ recordingId }) => splits.get(recordingId) === split).reduce((sum, item) => sum + secondsOf(item), 0) / total
      expect(share).toBeGreaterThan(0.06)
      expect(share).toBeLessThan(0.15)
    }
    const few = items.map((item) => ({ ...item, sessionId: `session-${item.recordingId === 'recording-1' ? 1 : 2}` }))
    expect(new Set(splitSessions(few, { validation: 0.1, test: 0.1, seed: 3 }).values())).toEqual(new Set(['train']))
  })
})

describe('the content hash', () => {
  it('follows contents and split, not order or names', () => {
    const entries = [createItem({}), createItem({ sliceId: 'recording-1-1', startSeconds: 4, endSeconds: 6 })].map((item) => ({
      item,
      split: 'train' as const,
    }))
    const hash = hashItems(entries)
    expect(hashItems([...entries].reverse())).toBe(hash)
    expect(hashItems(entries.map(({ item, split }) => ({ split, item: { ...item, name: 'Other', sessionName: 'Monday' } })))).toBe(hash)
    for (const change of [{ caption: 'x' }, { endSeconds: 5 }, { tags: ['a'] }, { assetId: 'b'.repeat(64) }, { cleaning: { steps: [] } }]) {
      expect(hashItems(entries.map(({ item, split }) => ({ split, item: { ...item, ...change } })))).not.toBe(hash)
    }
    expect(hashItems(entries.map(({ item }) => ({ item, split: 'test' as const })))).not.toBe(hash)
  })
})

describe('statistics', () => {
  it('add up, whatever they are counted by', () => {
    fc.assert(
      fc.property(arbitraryItems, (items) => {
        const statistics = measureStatistics(items.map((item) => ({ item, split: 'train' })))
        for (const bins of [
          statistics.byLength,
          statistics.byKey,
          statistics.byDynamics,
          statistics.byArticulation,
          statistics.byLicence,
          statistics.byQuality,
        ]) {
          expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(items.length)
          expect(bins.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(statistics.seconds, 6)
        }
        expect(statistics.byPitch.map(({ label }) => label)).toEqual(items.length === 0 ? [] : ['D4', 'Eb4', 'E4'])
      }),
      { numRuns: 50 },
    )
  })
})

describe('files', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fiddlehead-datasets-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("labels are Audacity's, in order, one line each", () => {
    const items = [createItem({ startSeconds: 4, endSeconds: 5, caption: 'b\tc\nd' }), createItem({ caption: 'a' })]
    expect(writeLabels(items)).toBe('0.000000\t4.000000\ta\n4.000000\t5.000000\tb c d\n')
  })

  it('archives give back what was put in, and notice a turned bit', () => {
    const path = join(folder, 'a.zip')
    const big = Uint8Array.from({ length: 2_500_000 }, (_, i) => (i * 31) & 255)
    const zip = createZipFile(path)
    zip.add('é/big.bin', [big.subarray(0, 1_000_001), big.subarray(1_000_001)])
    zip.add('empty', [])
    expect(zip.finish().fileCount).toBe(2)
    const reader = openZipFile(path)
    expect(reader.names).toEqual(['é/big.bin', 'empty'])
    expect(Buffer.from(reader.readWhole('é/big.bin')).equals(big)).toBe(true)
    expect(reader.readWhole('empty')).toHaveLength(0)
    expect(() => reader.readWhole('none')).toThrow(expect.objectContaining({ code: 'DATASET_UNREADABLE' }))
    reader.close()
    const bytes = readFileSync(path)
    bytes[1_000_000] = (bytes[1_000_000] ?? 0) ^ 1
    writeFileSync(join(folder, 'b.zip'), bytes)
    const broken = openZipFile(join(folder, 'b.zip'))
    expect(() => broken.readWhole('é/big.bin')).toThrow(expect.objectContaining({ code: 'DATASET_UNREADABLE' }))
    broken.close()
    writeFileSync(join(folder, 'c.zip'), bytes.subarray(0, 3000))
    expect(() => openZipFile(join(folder, 'c.zip'))).toThrow(expect.objectContaining({ code: 'DATASET_UNREADABLE' }))
    expect(() => openZipFile(join(folder, 'none.zip'))).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }))
  })

  it('the token cache answers for the same sound through the same codec only', () => {
    const cache = openTokenCache(folder, 'c0dec0'.repeat(8))
    const tokens = { levels: 2, tokens: Uint16Array.from([1, 2, 3, 65535]) }
    cache.write(createItem({}), tokens)
    expect(cache.read(createItem({ caption: 'other words' }))).toEqual(tokens)
    expect(cache.read(createItem({ endSeconds: 3 }))).toBeNull()
    expect(openTokenCache(folder, 'another'.repeat(8)).read(createItem({}))).toBeNull()
    writeFileSync(join(folder, 'tokens', 'stray'), '')
    expect(countEncoded(folder, [createItem({ caption: 'other words' }), createItem({ endSeconds: 3 })])).toBe(1)
    expect(countEncoded(join(folder, 'nowhere'), [createItem({})])).toBe(0)
  })
})
