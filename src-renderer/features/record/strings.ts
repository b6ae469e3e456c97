import { formatNumber } from '#renderer/language/formats.ts'
import { m } from '#renderer/language/messages.ts'
import { wordsOf } from '#renderer/language/words.ts'

export const recordWords = wordsOf('record', {
  keep: (seconds: number) => m['record.keepLast']({ seconds: seconds < 60 ? Math.floor(seconds) : 60 }),
  unnamed: (index: number) => m['record.unnamed']({ index }),
  beats: (count: number) => m['record.beats']({ count }),
  recording: (seconds: number) => m['record.recording']({ seconds: formatNumber(seconds, 1) }),
  counting: (beat: number, beats: number) => m['record.counting']({ beat, beats }),
  nowHearing: (name: string, cents: number) => {
    if (Math.abs(cents) < 5) return m['record.now']({ name })
    return cents > 0 ? m['record.nowSharp']({ name, cents }) : m['record.nowFlat']({ name, cents: -cents })
  },
  shifted: (octaves: number) => m['record.shifted']({ octaves }),
})
