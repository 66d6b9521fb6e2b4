"""Durable commits of 64 KiB entries, 16 at a time, beside a C program that makes the same system calls and nothing else.

The two take turns on the same disk, since what a disk gives changes from second to second; the best turn of each counts.
"""
import os
import shutil
import subprocess
import sys

COUNT, WIDTH, SIZE, TURNS = 2000, 16, 65536, 5


def seconds(folder, *command):
    shutil.rmtree(folder, ignore_errors=True)
    result = subprocess.run([part.replace("FOLDER", folder) for part in command], check=True, capture_output=True, text=True)
    shutil.rmtree(folder)
    return float(result.stdout)


def main():
    bench, commits, work = sys.argv[1:4]
    folder = os.path.join(work, "entries")
    numbers = [str(COUNT), str(WIDTH), str(SIZE)]
    ours, theirs = [], []
    for _ in range(TURNS):
        ours.append(seconds(folder, bench, "commit", "FOLDER", *numbers))
        theirs.append(seconds(folder, commits, "FOLDER", *numbers))
    share = min(theirs) / min(ours)
    print(f"committing {COUNT} entries of {SIZE // 1024} KiB durably, {WIDTH} at a time")
    print(f"{'spoolctl':<12}{COUNT / min(ours):>10.0f} entries/s")
    print(f"{'C':<12}{COUNT / min(theirs):>10.0f} entries/s, the same system calls, no digest")
    print(f"budget: 65 % of that or more: {share:.0%}, {'met' if share >= 0.65 else 'MISSED'}")


main()
