import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesFeature, floatsFeature, integersFeature, writeExample, writeTfRecords } from '#test/fixtures/sources/write-tfrecord.ts'
import { collectScan } from '../collect-scan.ts'
import { crc32c, maskedCrc32c } from './crc32c.ts'
import { readExample, readFloats, readIntegers, readTexts } from './read-example.ts'
import { dequantize, readVideoFeatures } from './read-features.ts'
import { readTfRecords } from './read-tfrecords.ts'
import { youTube8MSource } from './youtube-8m.ts'

const dir = fileURLToPath(new URL('../../../test/fixtures/sources/youtube-8m', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'yt8m-'))
const readAll = async (bytes: Uint8Array): Promise<{ records: string[]; damage: [number, string][] }> => {
  const path = join(temporary, 'x.tfrecord')
  writeFileSync(path, bytes)
  const records: string[] = []
  const damage: [number, string][] = []
  for await (const { data } of readTfRecords(path, (offset, reason) => damage.push([offset, reason])))
    records.push(Buffer.from(data).toString())
  return { records, damage }
}

describe('checksums', () => {
  it('are those of RFC 3720 and TensorFlow', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
    // The length field of a record of 24 bytes, and a text, by google-crc32c and TensorFlow's formula for the mask.
    expect(maskedCrc32c(Uint8Array.from([24, 0, 0, 0, 0, 0, 0, 0]))).toBe(0x224b7fa3)
    expect(maskedCrc32c(Buffer.from('fiddlehead'))).toBe(0xbc6ca361)
  })
})

describe('TFRecord files', () => {
  const records = ['first', '', 'x'.repeat(3_000_000), 'last']
  const file = writeTfRecords(records.map((text) => Buffer.from(text)))
  const starts = [0, 21, 37, 3_000_053]

  it('give their records back, short and long', async () => expect(await readAll(file)).toEqual({ records, damage: [] }))

  it('lose one record to a flipped bit in its data', async () => {
    const flipped = Buffer.from(file)
    flipped[starts[2] + 12 + 1_000_000] ^= 16
    expect(await readAll(flipped)).toEqual({
      records: ['first', '', 'last'],
      damage: [[37, 'a record fails its checksum and was left out']],
    })
  })

  it('end at a damaged length, at a cut, and when they are something else', async () => {
    const flipped = Buffer.from(file)
    flipped[starts[1]] ^= 1
    expect((await readAll(flipped)).records).toEqual(['first'])
    const cut = await readAll(file.subarray(0, file.length - 3))
    expect([cut.records.length, cut.damage]).toEqual([3, [[starts[3], 'the file ends inside a record']]])
    expect((await readAll(Buffer.from('Index,Name\n0,Game\n'))).damage).toEqual([[0, 'it is no TFRecord file']])
    expect(await readAll(new Uint8Array(0))).toEqual({ records: [], damage: [] })
  })
})

describe('examples', () => {
  it('give their values back, packed or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string()),
        fc.array(fc.nat()),
        fc.array(fc.float({ noNaN: true })),
        fc.boolean(),
        (texts, integers, floats, isPacked) => {
          const { features, lists } = readExample(
            writeExample(
              { t: bytesFeature(texts), i: integersFeature(integers, isPacked), f: floatsFeature(floats) },
              { l: [bytesFeature(['a'])] },
            ),
          )
          expect(readTexts(features.get('t'))).toEqual(texts.map((text) => Buffer.from(text, 'utf8').toString('utf8')))
          expect(readIntegers(features.get('i'))).toEqual(integers)
          expect(readFloats(features.get('f'))).toEqual(floats)
          expect(lists.get('l')).toHaveLength(1)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('fail clearly or not at all on noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readExample(bytes)
        } catch (error) {
          expect(error).toMatchObject({ code: 'SOURCE_FILE_DAMAGED' })
        }
      }),
    )
  })
})

describe('YouTube-8M', () => {
  it('reads labels by name, seconds, segments, and lists damaged records with their place', async () => {
    const { items, problems, counts } = await collectScan(youTube8MSource, dir)
    expect(items.map(({ id }) => id)).toEqual(
      ['aB1c', 'dE2f', 'gH3i', 'jK4l'].map((id) => `frame/${id}`).concat(['mN5o', 'mN5o', 'pQ6r', 'sT7u'].map((id) => `video/${id}`)),
    )
    expect(items[0]).toMatchObject({
      tags: ['Violin', 'Orchestra'],
      genres: ['Arts & Entertainment'],
      instruments: ['violin', 'orchestra'],
      durationSeconds: 3,
    })
    expect(items[2]?.problems).toEqual(['its labels 3861 are not in vocabulary.csv'])
    expect(items[3]?.details.segments).toBe('Violin 45-50 s')
    expect(problems.map(({ reason }) => reason)).toEqual([
      'at byte 4706: a record fails its checksum and was left out',
      'at byte 9412: the file ends inside a record',
    ])
    expect(counts.withAudio).toBe(0)
    expect(youTube8MSource.holdsAudio).toBe(false)
    expect(youTube8MSource.contents).toContain('holds no audio')
  })

  it('is filtered by label', async () => {
    const { items } = await collectScan(youTube8MSource, dir, { filter: { tags: ['orchestra'] } })
    expect(items.map(({ id }) => id)).toEqual(['frame/aB1c'])
  })

  it('gives the features of a video', async () => {
    const { items } = await collectScan(youTube8MSource, dir)
    const read = (at: number) => readVideoFeatures(join(dir, String(items[at]?.details.file)), Number(items[at]?.details.offset))
    const frame = await read(1)
    expect([frame.audio.length, frame.audio[0]?.length, frame.rgb[1]?.length]).toEqual([2, 128, 1024])
    expect(frame.audio[1]?.[2]).toBeCloseTo((15 * 4) / 255 + 4 / 512 - 2, 6)
    const mean = await read(6)
    expect(mean.audio.map((vector) => vector.length)).toEqual([128])
    expect(dequantize(Uint8Array.of(0, 255))[1]).toBeCloseTo(2 + 4 / 512, 6)
    await expect(readVideoFeatures(join(dir, 'frame/train0000.tfrecord'), 5)).rejects.toMatchObject({ code: 'SOURCE_FILE_DAMAGED' })
  })

  it('does without the vocabulary and refuses a folder without records', async () => {
    const path = mkdtempSync(join(tmpdir(), 'yt8m-'))
    writeFileSync(join(path, 'a.tfrecord'), readFileSync(join(dir, 'video/train0000.tfrecord')))
    const { items, problems } = await collectScan(youTube8MSource, path)
    expect(items[0]?.tags).toEqual(['label 1'])
    expect(problems.map(({ reason }) => reason)).toEqual(['vocabulary.csv is missing; labels are shown as numbers'])
    rmSync(join(path, 'a.tfrecord'))
    await expect(collectScan(youTube8MSource, path)).rejects.toMatchObject({ code: 'SOURCE_INCOMPLETE' })
  })
})
