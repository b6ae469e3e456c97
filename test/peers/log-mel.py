"""Records librosa's numbers for STFT magnitude, the mel filterbank and the log-mel spectrogram of a signal that
log-mel.test.ts makes again from the same formula. Recorded with librosa 0.11.0 (pip install librosa).
Run: python log-mel.py > log-mel.json"""

import json

import librosa
import numpy as np


def make_signal(sample_rate, length):
    """A chirp, a steady tone and noise from a 32-bit linear congruential generator, rounded to float32."""
    t = np.arange(length) / sample_rate
    state, noise = 12345, np.zeros(length)
    for i in range(length):
        state = (1664525 * state + 1013904223) % 2**32
        noise[i] = state / 2**31 - 1
    return (0.4 * np.sin(2 * np.pi * (200 * t + 4000 * t * t)) + 0.2 * np.sin(2 * np.pi * 660 * t) + 0.05 * noise).astype(np.float32)


def rounded(values):
    return [float(f"{value:.8g}") for value in np.asarray(values, dtype=np.float64).ravel()]


CASES = [
    dict(sampleRate=44100, length=6000, nFft=2048, winLength=2048, hopLength=441, nMels=128, fMin=0, fMax=16000, padding="zeros"),
    dict(sampleRate=22050, length=4001, nFft=1024, winLength=800, hopLength=256, nMels=80, fMin=40, fMax=11025, padding="reflect"),
]
BIN_STEP = 9
FRAME_STEP = 4

records = []
for case in CASES:
    pcm = make_signal(case["sampleRate"], case["length"])
    stft_args = dict(
        n_fft=case["nFft"],
        hop_length=case["hopLength"],
        win_length=case["winLength"],
        center=True,
        pad_mode="constant" if case["padding"] == "zeros" else "reflect",
    )
    stft = librosa.stft(pcm, **stft_args)
    mel_args = dict(sr=case["sampleRate"], n_mels=case["nMels"], fmin=case["fMin"], fmax=case["fMax"])
    mel = librosa.feature.melspectrogram(y=pcm, power=2.0, **stft_args, **mel_args)
    filters = librosa.filters.mel(n_fft=case["nFft"], **mel_args)
    records.append(
        dict(
            config=case,
            binStep=BIN_STEP,
            frames=int(stft.shape[1]),
            re=rounded(stft.T[::FRAME_STEP, ::BIN_STEP].real),
            im=rounded(stft.T[::FRAME_STEP, ::BIN_STEP].imag),
            magnitude=rounded(np.abs(stft).T[::FRAME_STEP, ::BIN_STEP]),
            logMel=rounded(np.log(np.maximum(mel, 1e-10)).T[::FRAME_STEP]),
            filterSums=rounded(filters.sum(axis=1)),
            filterMoments=rounded((filters * np.arange(filters.shape[1])).sum(axis=1)),
        )
    )
print(json.dumps(dict(librosa=librosa.__version__, frameStep=FRAME_STEP, records=records)))
