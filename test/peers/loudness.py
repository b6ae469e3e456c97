"""Records ffmpeg's ebur128 filter and pyloudnorm on clips that loudness.test.ts makes again from the same formulas.
Recorded with ffmpeg 5.1 or newer and pyloudnorm 0.2.0 (pip install pyloudnorm soundfile).
Run: python loudness.py > loudness.json"""

import json
import re
import subprocess
import tempfile

import numpy as np
import pyloudnorm
import soundfile


def sine(hz, sample_rate, seconds, phase=0.0):
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * sample_rate)) / sample_rate + phase)


def make_clip(name, sample_rate):
    """Channels as rows."""
    if name == "tone":
        return np.stack([10 ** (-23 / 20) * sine(1000, sample_rate, 5)])
    if name == "low tone":
        return np.stack([0.5 * sine(60, sample_rate, 4), 0.25 * sine(90, sample_rate, 4)])
    if name == "bursts":
        t = np.arange(12 * sample_rate) / sample_rate
        envelope = np.where(np.floor(t) % 3 == 0, 0.7, np.where(np.floor(t) % 3 == 1, 0.02, 0.15))
        return np.stack([envelope * (0.6 * np.sin(2 * np.pi * 440 * t) + 0.3 * np.sin(2 * np.pi * 5200 * t))])
    if name == "two levels":
        return np.stack([np.concatenate([0.1 * sine(1000, sample_rate, 10), 0.03 * sine(1000, sample_rate, 10)])])
    if name == "between samples":
        fade = np.minimum(1, np.arange(2 * sample_rate) / (0.1 * sample_rate))
        return np.stack([0.7 * fade * sine(sample_rate / 4, sample_rate, 2, np.pi / 4)])
    raise ValueError(name)


CASES = [("tone", 48000), ("tone", 44100), ("low tone", 44100), ("bursts", 48000), ("bursts", 22050), ("two levels", 22050), ("between samples", 44100)]

records = []
for name, sample_rate in CASES:
    channels = make_clip(name, sample_rate)
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        soundfile.write(file.name, channels.T, sample_rate, subtype="FLOAT")
        log = subprocess.run(
            ["ffmpeg", "-nostdin", "-i", file.name, "-af", "ebur128=peak=true", "-f", "null", "-"], capture_output=True, text=True
        ).stderr
    summary = log[log.rindex("Summary:") :]
    number = lambda label: float(re.search(label + r":\s+(-?[\d.]+)", summary).group(1))
    records.append(
        dict(
            name=name,
            sampleRate=sample_rate,
            ffmpeg=dict(integratedLufs=number("I"), rangeLu=number("LRA"), truePeakDb=number("Peak")),
            pyloudnormLufs=round(pyloudnorm.Meter(sample_rate).integrated_loudness(channels.T), 4),
        )
    )
print(json.dumps(records, indent=1))
