#!/usr/bin/env python3
"""image_test.py PROGRAM: the image is the same bytes for the same content and runs; the compose hash leads down to the program."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/tools/compose"
PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
IMAGE_DIGEST = "registry.example/pramana@sha256:" + "5e" * 32


def run(tool: str, *arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, str(ROOT / "tools" / tool), *map(str, arguments)], capture_output=True, text=True, check=False)


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.base = pathlib.Path(cls.folder.name)
        # A stripped copy and a small model: the same path, less to hash.
        cls.program = cls.base / "pramana"
        subprocess.run(["strip", "-o", str(cls.program), str(PROGRAM)], check=True)
        cls.model = cls.base / "model"
        cls.model.write_bytes(b"model")
        cls.lock = cls.base / "files.lock"
        cls.image = cls.base / "image.tar"
        locked = run("image", "--binary", cls.program, "--lock", cls.lock, "--update-lock")
        assert locked.returncode == 0, locked.stderr
        made = cls.make(cls.image)
        assert made.returncode == 0, made.stderr
        cls.digest = made.stdout.split()[0]

    @classmethod
    def make(cls, out: pathlib.Path, program: pathlib.Path | None = None) -> subprocess.CompletedProcess:
        return run("image", "--binary", program or cls.program, "--model", cls.model, "--lock", cls.lock, "--out", out)

    def test_is_the_same_bytes_again(self):
        again = self.base / "again.tar"
        copy = self.base / "elsewhere" / "pramana"
        copy.parent.mkdir()
        shutil.copyfile(self.program, copy)  # another path, owner time and mode
        self.assertEqual(self.make(again, copy).stdout.split()[0], self.digest)
        self.assertEqual(again.read_bytes(), self.image.read_bytes())

    def test_another_program_is_another_image(self):
        other = self.base / "other"
        other.write_bytes(self.program.read_bytes() + b"\0")
        other.chmod(0o755)
        self.assertNotEqual(self.make(self.base / "other.tar", other).stdout.split()[0], self.digest)

    def test_a_file_that_is_not_the_locked_one_is_refused_by_name(self):
        rows = self.lock.read_text().splitlines()
        changed = self.base / "changed.lock"
        changed.write_text("\n".join(rows[:-1] + ["0" * 64 + rows[-1][64:]]) + "\n")
        refused = run("image", "--binary", self.program, "--model", self.model, "--lock", changed, "--out", self.base / "no.tar")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(rows[-1].split()[2], refused.stderr)
        self.assertFalse((self.base / "no.tar").exists())

    def test_show_gives_every_file_and_finds_an_altered_blob(self):
        shown = run("image", "--show", self.image)
        self.assertIn(f"image {self.digest}\n", shown.stdout)
        self.assertIn(f"{hashlib.sha256(self.program.read_bytes()).hexdigest()} /usr/bin/pramana\n", shown.stdout)
        content = bytearray(self.image.read_bytes())
        at = content.index(b"model", content.index(b"all-minilm-l6-v2.pramana"))
        content[at] ^= 1
        altered = self.base / "altered.tar"
        altered.write_bytes(content)
        self.assertEqual(run("image", "--show", altered).returncode, 1)

    def test_the_program_runs_with_nothing_but_the_image(self):
        if os.geteuid() != 0:
            self.skipTest("chroot needs root: the program was not run inside of the image")
        root = self.base / "root"
        with tarfile.open(self.image) as layout:
            index = json.loads(layout.extractfile("index.json").read())
            manifest = json.loads(layout.extractfile(self.blob(index["manifests"][0])).read())
            with tarfile.open(fileobj=layout.extractfile(self.blob(manifest["layers"][0]))) as layer:
                layer.extractall(root)
        ran = subprocess.run(["/usr/bin/pramana", "version"], capture_output=True, text=True, check=False, env={},
                             preexec_fn=lambda: (os.chroot(root), os.chdir("/")))
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("pramana", ran.stdout)

    @staticmethod
    def blob(descriptor: dict[str, str]) -> str:
        return "blobs/sha256/" + descriptor["digest"].removeprefix("sha256:")

    def test_the_compose_hash_leads_down_to_the_program(self):
        document = self.base / "app-compose.json"
        made = run("compose_hash", "--image", f"registry.example/pramana@{self.digest}", "--config", GOLDEN / "pramana.json", "--out", document)
        self.assertEqual(made.returncode, 0, made.stderr)
        compose_hash = hashlib.sha256(document.read_bytes()).hexdigest()
        self.assertIn(compose_hash, made.stdout)
        down = run("compose_hash", "--check", document, "--layout", self.image, "--binary", self.program)
        self.assertEqual(down.returncode, 0, down.stderr)
        for step in (compose_hash, self.digest, hashlib.sha256(self.program.read_bytes()).hexdigest()):
            self.assertIn(step, down.stdout)

    def test_a_broken_step_is_named(self):
        good = self.base / "good.json"
        run("compose_hash", "--image", f"registry.example/pramana@{self.digest}", "--config", GOLDEN / "pramana.json", "--out", good)
        document = json.loads(good.read_text())
        rows = {
            "by digest": lambda d: d.update(docker_compose_file=d["docker_compose_file"].replace(f"@{self.digest}", ":latest")),
            "another image": lambda d: d.update(docker_compose_file=d["docker_compose_file"].replace(self.digest, "sha256:" + "0" * 64)),
            "pre_launch_script": lambda d: d.update(pre_launch_script="true"),
            "bash_script": lambda d: d.update(bash_script="true"),
            "allowed_envs": lambda d: d.update(allowed_envs=["LD_PRELOAD"]),
            "runner": lambda d: d.update(runner="bash"),
        }
        for text, change in rows.items():
            with self.subTest(step=text):
                changed = json.loads(json.dumps(document))
                change(changed)
                bad = self.base / "bad.json"
                bad.write_text(json.dumps(changed))
                refused = run("compose_hash", "--check", bad, "--layout", self.image, "--binary", self.program)
                self.assertEqual(refused.returncode, 1)
                self.assertIn(text, refused.stderr)
        # The right image alone runs what the rest of the file says: each of these brings other code in.
        for old, new in (
            ("\nvolumes:\n", "\n  other: {image: registry.example/other}\nvolumes:\n"),
            ("    restart:", "    command: [sh]\n    restart:"),
            ("    restart:", "    environment: {LD_PRELOAD: /etc/pramana/pramana.json}\n    restart:"),
            ("target: /etc/pramana/pramana.json", "target: /usr/bin/pramana, mode: 0755"),
        ):
            with self.subTest(brought_in=new):
                changed = {**document, "docker_compose_file": document["docker_compose_file"].replace(old, new, 1)}
                self.assertNotEqual(changed, document)
                bad.write_text(json.dumps(changed))
                refused = run("compose_hash", "--check", bad, "--layout", self.image, "--binary", self.program)
                self.assertEqual(refused.returncode, 1)
                self.assertIn("is not deploy/dstack/docker-compose.yml.in", refused.stderr)
        twice = good.read_text().replace('{"allowed_envs":[]', '{"allowed_envs":["A"],"allowed_envs":[]', 1)
        bad.write_text(twice)
        self.assertEqual(run("compose_hash", "--check", bad, "--layout", self.image, "--binary", self.program).returncode, 1)
        self.assertEqual(run("compose_hash", "--check", "/nonexistent", "--layout", self.image, "--binary", self.program).returncode, 1)
        other = run("compose_hash", "--check", good, "--layout", self.image, "--binary", "/bin/true")
        self.assertEqual(other.returncode, 1)
        self.assertIn("/usr/bin/pramana", other.stderr)


class ComposeHash(unittest.TestCase):
    def test_makes_the_recorded_document(self):
        """tests/unit/attest/compose_test.cpp reads the same file with the verifier. After a change of the template: write it
        anew with `tools/compose_hash --image … --config tests/tools/compose/pramana.json --out tests/tools/compose/app-compose.json`."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "app-compose.json"
            made = run("compose_hash", "--image", IMAGE_DIGEST, "--config", GOLDEN / "pramana.json", "--out", out)
            self.assertEqual(made.returncode, 0, made.stderr)
            self.assertEqual(out.read_text(), (GOLDEN / "app-compose.json").read_text())

    def test_refuses_a_tag_and_a_configuration_without_a_port(self):
        for image in ("registry.example/pramana:latest", "pramana", IMAGE_DIGEST[:-1], IMAGE_DIGEST + "\n", IMAGE_DIGEST.upper()):
            with self.subTest(image=image):
                self.assertEqual(run("compose_hash", "--image", image, "--config", GOLDEN / "pramana.json", "--out", "/dev/null").returncode, 64)
        self.assertEqual(run("compose_hash", "--image", IMAGE_DIGEST, "--config", GOLDEN / "app-compose.json", "--out", "/dev/null").returncode, 64)


if __name__ == "__main__":
    unittest.main()
