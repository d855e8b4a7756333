"""Documents as the files that people send: text, a ChatGPT export, an X archive, CSV, a browsing history."""
import csv
import io
import json

from attack_cases.material import chat_export, zipped

BEGAN = 1_700_000_000


def posts(texts):
    from datetime import datetime, timezone
    out = []
    for index, text in enumerate(texts):
        at = BEGAN + index * 3_600
        made = datetime.fromtimestamp(at, timezone.utc).strftime("%a %b %d %H:%M:%S +0000 %Y")
        number = str((at * 1000 - 1_288_834_974_657) << 22)
        out.append({"tweet": {"id": number, "id_str": number, "created_at": made, "full_text": text}})
    return zipped({"data/tweets.js": ("window.YTD.tweets.part0 = " + json.dumps(out)).encode()})


def table(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def history(visits):
    entries = [{"title": title, "url": url, "time_usec": (BEGAN + 60 * i) * 1_000_000, "page_transition": "LINK"}
               for i, (title, url) in enumerate(visits)]
    return json.dumps({"Browser History": entries}).encode()


def chat(turns):
    pairs = [(turns[i], turns[i + 1]) for i in range(0, len(turns) - 1, 2)]
    return chat_export(pairs)


def file_of(profile, document):
    if profile == "prose":
        return "\n\n".join(document).encode("utf-8", "replace")
    return {"chat": chat, "posts": posts, "table": table, "history": history}[profile](document)
