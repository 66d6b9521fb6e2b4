"""File systems whose plug can be pulled.

An XFS with reflinks holds images of ext4, XFS and btrfs. `cp --reflink=always` of an image is the pulled plug: what its file
system had not yet written is in memory only, and not in the copy. All mounts live in a mount namespace of this process's
own, so that they go with it, however it ends.
"""

import os
import subprocess
import time

KINDS = {
    "ext4": (64 << 20, ["mkfs.ext4", "-q", "-F"], "loop"),
    "xfs": (300 << 20, ["mkfs.xfs", "-q", "-f"], "loop,nouuid"),
    "btrfs": (128 << 20, ["mkfs.btrfs", "-q", "-f"], "loop"),
}


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout.strip()}")


def why_not():
    """Why it cannot be done here; None if it can."""
    if os.geteuid() != 0:
        return "it needs root, for loop mounts"
    for tool in ("mkfs.ext4", "mkfs.xfs", "mkfs.btrfs", "unshare", "mount"):
        if subprocess.run(["sh", "-c", f"command -v {tool}"], stdout=subprocess.DEVNULL).returncode != 0:
            return f"{tool} is not installed"
    return None


class Plugs:
    """The upper file system, with a set of images for each worker (two mounts of one UUID do not mix)."""

    def __init__(self, folder):
        self.folder = folder
        self.top = os.path.join(folder, "top")
        os.makedirs(self.top)
        image = os.path.join(folder, "top.img")
        with open(image, "wb") as file:
            file.truncate(16 << 30)
        run("mkfs.xfs", "-q", "-m", "reflink=1", image)
        run("mount", "-o", "loop", image, self.top)

    def close(self):
        # Lazily: whatever is still open goes with its process.
        subprocess.run(["umount", "-l", self.top], stderr=subprocess.DEVNULL)


class Plug:
    """One worker's file system of one kind, mounted at one place."""

    def __init__(self, plugs, kind, worker):
        self.kind = kind
        size, make, self.options = KINDS[kind]
        self.place = os.path.join(plugs.folder, f"{worker}-{kind}")
        self.top = os.path.join(plugs.top, worker)
        os.makedirs(self.place, exist_ok=True)
        os.makedirs(self.top, exist_ok=True)
        self.empty = self.image("empty")
        with open(self.empty, "wb") as file:
            file.truncate(size)
        run(*make, self.empty)
        self.is_mounted = False

    def image(self, name):
        return os.path.join(self.top, f"{self.kind} {name}.img")

    def copy(self, source, target):
        run("cp", "--reflink=always", source, target)

    def mount(self, image):
        run("mount", "-o", self.options, image, self.place)
        self.is_mounted = True

    def unmount(self):
        if not self.is_mounted:
            return
        # For a moment the kernel may still hold it although every process that used it is gone.
        for _ in range(50):
            try:
                run("umount", self.place)
                break
            except RuntimeError as error:
                if "busy" not in str(error):
                    raise
                time.sleep(0.1)
        else:
            run("umount", self.place)
        self.is_mounted = False

    def before(self, name, template):
        """An image with that spool on it, made once."""
        image = self.image("before " + name)
        if not os.path.exists(image):
            self.copy(self.empty, image)
            self.mount(image)
            if os.path.exists(template):
                run("cp", "-a", template, os.path.join(self.place, "spool"))
            self.unmount()
        return image
