#!/usr/bin/env python3
"""Writes the mails of this folder with dkimpy, an implementation of DKIM that is not ours:

  python3 -m venv V && V/bin/pip install dkimpy==1.1.8 pynacl && V/bin/python tests/unit/ownership/make_mails.py

The RSA key is made for the occasion and thrown away; the Ed25519 key is the public one of RFC 8463 appendix A.2. Running it
again gives other mails that say the same.
"""
import base64
import pathlib
import subprocess

import dkim

HERE = pathlib.Path(__file__).resolve().parent / "mails"
DOMAIN, TIME = b"mail.provider.example", 1_795_000_000
ED_SEED = b"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
ED_RECORD = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

HEADER = """Received: from out.provider.example (192.0.2.7)
\tby mx.example.net; Mon, 23 Nov 2026 10:00:01 +0000
Received: from app.provider.example by out.provider.example;
 Mon, 23 Nov 2026 10:00:00 +0000
From: "Provider, Exports" <exports@mail.provider.example>
To: Alex Example <alex@example.net>
Subject: Your data
   export is   ready
Date: Mon, 23 Nov 2026 10:00:00 +0000
Message-ID: <export-1@mail.provider.example>
X-Part: the first
x-part: the second
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

"""
BODY = """Hello Alex,\t 

your export  is ready:   \t
https://provider.example/export/1
 .

Provider \t


"""


def rsa_key(bits: int) -> tuple[bytes, str]:
    private = subprocess.run(["openssl", "genrsa", str(bits)], check=True, capture_output=True).stdout
    public = subprocess.run(["openssl", "rsa", "-pubout", "-outform", "DER"], input=private, check=True,
                            capture_output=True).stdout
    traditional = subprocess.run(["openssl", "rsa", "-traditional"], input=private, check=True, capture_output=True).stdout
    return traditional, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()


def write(name: str, key: bytes, record: str, *, algorithm: bytes = b"rsa-sha256", canonical: tuple[bytes, bytes],
          body: str = BODY, fields: list[bytes], lf: bool = False) -> None:
    mail = (HEADER + body).replace("\n", "\r\n").encode()
    dkim.time.time = lambda: TIME
    signature = dkim.sign(mail, b"export", DOMAIN, key, canonicalize=canonical, include_headers=fields,
                          signature_algorithm=algorithm, identity=b"@" + DOMAIN)
    signed = signature + mail
    assert dkim.verify(signed, dnsfunc=lambda name, timeout=5: record.encode())
    (HERE / f"{name}.eml").write_bytes(signed.replace(b"\r\n", b"\n") if lf else signed)
    (HERE / f"{name}.key").write_text(record + "\n")


def main() -> None:
    HERE.mkdir(exist_ok=True)
    key, record = rsa_key(2048)
    weak, weak_record = rsa_key(1024)
    plain = [b"From", b"To", b"Subject", b"Date", b"Message-ID"]
    relaxed, simple = b"relaxed", b"simple"
    write("rsa_relaxed_relaxed", key, record, canonical=(relaxed, relaxed), fields=plain)
    write("rsa_simple_simple", key, record, canonical=(simple, simple), fields=plain)
    write("rsa_relaxed_simple", key, record, canonical=(relaxed, simple), fields=plain)
    write("rsa_simple_relaxed", key, record, canonical=(simple, relaxed), fields=plain)
    write("empty_body_simple", key, record, canonical=(simple, simple), body="", fields=plain)
    write("empty_body_relaxed", key, record, canonical=(relaxed, relaxed), body="\n \t\n\n", fields=plain)
    write("no_last_line_end", key, record, canonical=(relaxed, simple), body="one line", fields=plain)
    write("part_twice", key, record, canonical=(simple, simple), fields=[*plain, b"X-Part", b"X-Part"])
    write("oversigned", key, record, canonical=(relaxed, relaxed),
          fields=[*plain, b"From", b"To", b"Subject", b"Date", b"Reply-To"])
    write("ed25519", ED_SEED, ED_RECORD, algorithm=b"ed25519-sha256", canonical=(relaxed, relaxed), fields=plain)
    write("lines_with_lf", key, record, canonical=(simple, simple), fields=plain, lf=True)
    write("weak_key", weak, weak_record, canonical=(relaxed, relaxed), fields=plain)


if __name__ == "__main__":
    main()
