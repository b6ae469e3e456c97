import { describe, expect, it } from 'vitest'
import { chooseCandidates } from './choose-candidates.ts'

const voice = (id: string, createdAt = '', change: { isInTrash?: boolean; trouble?: string } = {}) => ({
  id,
  isShipped: createdAt === '',
  isInTrash: change.isInTrash ?? false,
  createdAt,
  trouble: change.trouble ?? null,
})
const NEW = voice('new', '2026-03-03')
const VOICES = [
  voice('base'),
  voice('violin'),
  voice('older', '2026-03-01'),
  voice('last', '2026-03-02'),
  NEW,
  voice('later', '2026-03-04'),
]
const ids = (startedFrom: string, voices = VOICES): string[] => chooseCandidates(voices, NEW, startedFrom).map(({ id }) => id)

describe('what a new voice is heard beside', () => {
  it('is the shipped voice and the last own one before it', () => {
    expect(ids('violin')).toEqual(['violin', 'last', 'new'])
    expect(ids('base')).toEqual(['base', 'last', 'new'])
  })

  it('is the one it was trained on from, where that is an own one, and the shipped one still', () => {
    expect(ids('older')).toEqual(['violin', 'older', 'new'])
  })

  it('leaves out what is in the trash or does not play, and knows the first night of all', () => {
    const gone = [
      voice('violin'),
      voice('last', '2026-03-02', { isInTrash: true }),
      voice('odd', '2026-03-01', { trouble: 'another base' }),
      NEW,
    ]
    expect(ids('last', gone)).toEqual(['violin', 'new'])
    expect(ids('violin', [voice('violin'), NEW])).toEqual(['violin', 'new'])
  })
})
