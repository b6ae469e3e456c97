import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPythonList } from './python-list.ts'
import { readCsv } from './read-csv.ts'

const dir = mkdtempSync(join(tmpdir(), 'csv-'))
const fileOf = (text: string): string => {
  const path = join(dir, `${Math.random().toString(36).slice(2)}.csv`)
  writeFileSync(path, text)
  return path
}
const read = async (text: string): Promise<{ rows: string[][]; bad: number[] }> => {
  const rows: string[][] = []
  const bad: number[] = []
  for await (const { cell } of readCsv(fileOf(text), { required: ['a', 'b'], onBadRow: (line) => bad.push(line) }))
    rows.push([cell('a'), cell('b')])
  return { rows, bad }
}

describe('reading CSV', () => {
  it('knows byte-order marks, quotes, quoted line breaks and short rows', async () => {
    expect(await read('\ufeffa,b\r\n1,"x, ""y""\nz"\r\n2\r\n')).toEqual({
      rows: [
        ['1', 'x, "y"\nz'],
        ['2', ''],
      ],
      bad: [],
    })
  })

  it('forgives stray quotation marks', async () => {
    expect(await read('a,b\n1,"x"y\n2,z\n')).toEqual({
      rows: [
        ['1', '"x"y'],
        ['2', 'z'],
      ],
      bad: [],
    })
  })

  it('refuses a table without the columns, an empty file, and a quotation mark that never ends', async () => {
    await expect(read('a,c\n1,2\n')).rejects.toMatchObject({ code: 'SOURCE_FILE_DAMAGED', details: { reason: 'it has no column "b"' } })
    await expect(read('')).rejects.toMatchObject({ code: 'SOURCE_FILE_DAMAGED', details: { reason: 'it is empty' } })
    expect(await read(`a,b\n1,2\n3,"${'x'.repeat(100)}\n`)).toEqual({ rows: [['1', '2']], bad: [3] })
    const endless = fileOf(`a,b\n1,2\n3,"${'x,y\n'.repeat(300_000)}`)
    const kept: string[] = []
    const readEndless = async (): Promise<void> => {
      for await (const { cell } of readCsv(endless, { required: ['a'], onBadRow: () => undefined })) kept.push(cell('a'))
    }
    await expect(readEndless()).rejects.toMatchObject({ code: 'SOURCE_FILE_DAMAGED' })
    expect(kept).toEqual(['1'])
    await expect(readCsv(join(dir, 'missing.csv'), { required: [], onBadRow: () => undefined }).next()).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    })
  })
})

const repr = (text: string): string => `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`

describe('lists as Python writes them', () => {
  it('are read back', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        expect(readPythonList(`[${texts.map(repr).join(', ')}]`)).toEqual(texts)
      }),
    )
  })
  it('may hold numbers, both quotes and escapes', () => {
    expect(readPythonList('[2, 86]')).toEqual(['2', '86'])
    expect(readPythonList(`['a', "b's", '\\xe9\\u266f\\q']`)).toEqual(['a', "b's", 'é♯\\q'])
    expect(readPythonList('[]')).toEqual([])
  })
  it('are refused when they are none', () => {
    for (const text of ['', 'a, b', "['a'", "['a' 'b']", '[[1], 2]', "['a]"]) expect(readPythonList(text), text).toBeUndefined()
  })
})
