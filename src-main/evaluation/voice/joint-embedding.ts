/** A joint embedding of music and text, all vectors of unit length; networks/mulan is one. */
export interface JointEmbedding {
  embedText(text: string): Promise<Float32Array>
  /** @param pcm [S] mono at 44.1 kHz */
  embedAudio(pcm: Float32Array): Float32Array
  /** The same window by window, for distances between clouds. */
  embedWindows(pcm: Float32Array): Float32Array[]
}

/** Cosine of two vectors. */
export const measureCosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let dot = 0
  let normA = 0
  let normB = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i]
    normA += a[i] * a[i]
    normB += b[i] * b[i]
  }
  return normA > 0 && normB > 0 ? dot / Math.sqrt(normA * normB) : 0
}
